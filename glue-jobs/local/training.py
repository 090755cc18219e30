"""What the archive of classes is made from: a little of all that jobs do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def train(session: SparkSession, folder: str) -> None:
    """Reads, judges, groups, sorts, joins and writes a few rows in `folder`."""
    lines = Path(folder) / "lines.csv"
    lines.write_text("id,day,amount\n" + "1,2024-05-01,1.50\n" * 50)
    rows = session.read.csv(str(lines), header=True)
    rows.createOrReplaceTempView("lines")
    made = session.sql(
        "SELECT CAST(id AS BIGINT) AS id, to_date(day, 'yyyy-MM-dd') AS day, "
        "CAST(sum(CAST(amount AS DECIMAL(14, 2))) AS DECIMAL(18, 2)) AS amount, "
        "count(*) AS n, max(regexp_replace(trim(amount), ',', '')) AS text, "
        "row_number() OVER (PARTITION BY id ORDER BY day DESC) AS place "
        "FROM lines WHERE amount RLIKE '^[0-9]' GROUP BY id, day ORDER BY id"
    )
    target = f"{folder}/made"
    made.write.option("compression", "zstd").partitionBy("n").parquet(target)
    again = session.read.parquet(target)
    again.join(rows, again.id == rows.id, "left").groupBy("text").count().collect()
    read = session.read.text(str(lines))
    read.selectExpr("from_json(value, 'id INT') AS x").collect()
    made.cache().count()
