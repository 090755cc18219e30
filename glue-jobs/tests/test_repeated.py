"""Values that occur more than once, and those that only share their hash."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from etl.context import Context
from etl.files import Files
from etl.metrics import Metrics
from etl.plan import Plan, Request
from etl.repeated import COUNT, repeated

PLAN: Plan = {
    "version": 1,
    "pipeline": "p",
    "sources": [],
    "tables": [],
    "checks": [],
}
REQUEST: Request = {
    "run": "r",
    "date": "2024-05-01",
    "period": {
        "kind": "day",
        "label": "2024-05-01",
        "first": "2024-05-01",
        "last": "2024-05-01",
    },
    "sources": {},
    "published": {},
}


@pytest.mark.parametrize("total", [4, 5_000_000])
def test_a_hash_that_two_values_share_is_no_repetition(
    total: int, spark: SparkSession, tmp_path: Path
) -> None:
    context = Context(
        *(spark, PLAN, REQUEST, str(tmp_path), Files(spark)),
        *(Metrics(), logging.getLogger("test")),
    )
    # Spark's hash passes over NULL, so that these two have the same.
    pair = [(None, 5), (5, None)]
    once = [*pair, (1, 2), (2, 1)]
    shared = spark.createDataFrame(pair, "a INT, b INT").selectExpr("xxhash64(a, b)")
    assert shared.distinct().count() == 1
    rows = spark.createDataFrame(once, "a INT, b INT")
    try:
        assert repeated(context, rows, ["a", "b"], total) is None
        rows = spark.createDataFrame([*once, *once, (None, 5)], "a INT, b INT")
        found = repeated(context, rows, ["a", "b"], total)
        assert found is not None
        expected = {(None, 5): 3, (5, None): 2, (1, 2): 2, (2, 1): 2}
        assert {(r["a"], r["b"]): r[COUNT] for r in found.collect()} == expected
        assert repeated(context, rows.where("false"), ["a"], 0) is None
    finally:
        context.close()
