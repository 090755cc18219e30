"""Tables that merge without `newest`: a row is as new as its run's period."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from support.running import run_folder

Sample = Callable[[str], Path]
TABLE = "dim_airport"


def _merge(
    folder: Path, spark: SparkSession, published: dict[str, Any] | None
) -> tuple[dict[str, Any], list[str]]:
    """The merged rows by port: city and period; and the table's files."""
    file = folder / "request.json"
    request = json.loads(file.read_text("utf-8"))
    request["published"] = {TABLE: published} if published else {}
    file.write_text(json.dumps(request), "utf-8")
    run = run_folder(folder, spark)
    assert run.status == 0, run.last_call
    tables = {table["table"]: table for table in run.result["tables"]}
    files = [str(run.out / name) for name in tables[TABLE]["files"]]
    rows = spark.read.parquet(*files).collect()
    assert len(rows) == tables[TABLE]["rows"]
    return {r["port_code"]: (r["port_city"], r["_period"]) for r in rows}, files


@pytest.mark.parametrize("is_told", [True, False])
def test_the_newest_period_of_a_key_stays(
    spark: SparkSession, sample: Sample, tmp_path: Path, is_told: bool
) -> None:
    folder = sample("arrivals")
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    columns = next(t for t in plan["tables"] if t["name"] == TABLE)["columns"]
    fresh, files = _merge(folder, spark, None)
    label = json.loads((folder / "request.json").read_text("utf-8"))["period"]["label"]
    assert {period for _, period in fresh.values()} == {label}
    newer, older, same = sorted(fresh)[:3]

    # Three ports as other runs left them, and one that this run does not have.
    rows = spark.read.parquet(*files).where(f.col("port_code").isin(newer, older, same))
    rows = rows.unionByName(
        rows.where(f.col("port_code") == newer).withColumn("port_code", f.lit("???"))
    ).withColumn("port_city", f.lit("published"))
    periods = {newer: "9999-01", older: "0001-01", same: label, "???": "0001-01"}
    period = f.element_at(
        f.create_map(*(f.lit(part) for pair in periods.items() for part in pair)),
        f.col("port_code"),
    )
    rows = rows.withColumn("_period", period) if is_told else rows.drop("_period")
    place = str(tmp_path / "published")
    rows.coalesce(1).write.parquet(place)
    published = {"columns": columns, "files": [place], "rows": 4, "period": "9999-01"}

    found, _ = _merge(folder, spark, published)
    assert found.keys() == {*fresh, "???"}
    untold = ("published", "9999-01")
    assert {port: found[port] for port in (newer, older, same, "???")} == {
        newer: untold,
        older: fresh[older] if is_told else untold,
        same: fresh[same] if is_told else untold,
        "???": ("published", "0001-01") if is_told else untold,
    }
    others = fresh.keys() - {newer, older, same}
    assert all(found[port] == fresh[port] for port in others)
