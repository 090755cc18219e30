"""Which of the landed files a row of a scan comes from."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from etl.decode.select import FILE
from etl.files import Files
from etl.plan import LandedFile
from etl.sql import text


def spark_names(files: Files, landed: Iterable[LandedFile]) -> dict[str, int]:
    """The names that Spark may have for each file, with the file's index."""
    return {
        name: i for i, file in enumerate(landed) for name in files.names(file["local"])
    }


def with_file_index(
    files: Files, rows: DataFrame, landed: list[LandedFile]
) -> DataFrame:
    """Replaces `_path`, Spark's name of a row's file, by the file's index."""
    if len(landed) == 1:
        return rows.drop("_path").withColumn(FILE, f.lit(0))
    known = (f"({text(n)}, {i})" for n, i in spark_names(files, landed).items())
    table = rows.sparkSession.sql(
        f"SELECT * FROM VALUES {', '.join(known)} AS t(_path, {FILE})"
    )
    return rows.join(f.broadcast(table), "_path").drop("_path")
