"""Every pipeline on its sample: the golden rows, and what the other engine gives.

A pipeline is a folder: whoever adds one adds its test.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import PIPELINES
from pyspark.sql import SparkSession
from support.rows import differences, expected_rows, rejects, written_rows
from support.running import ROOT, Outcome

Runs = Callable[[str], Outcome]


def _plan(landed: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((landed / name / "plan.json").read_text("utf-8"))
    return found


def test_there_are_pipelines() -> None:
    assert len(PIPELINES) >= 5


@pytest.mark.parametrize("name", PIPELINES)
def test_gives_the_expected_rows(
    name: str, landed: Path, sample_runs: Runs, spark: SparkSession
) -> None:
    run = sample_runs(name)
    assert run.last_call["call"] == "success", run.last_call
    tables = {table["table"]: table for table in run.result["tables"]}
    for table in _plan(landed, name)["tables"]:
        columns = table["columns"]
        written = tables[table["name"]]
        found = written_rows(spark, run.out, written, columns)
        file = ROOT / "pipelines" / name / "expected" / f"{table['name']}.csv"
        more, less = differences(found, expected_rows(file, columns))
        assert (table["name"], more[:3], less[:3]) == (table["name"], [], [])
        assert written["rows"] == len(found)
        sizes = sum((run.out / file).stat().st_size for file in written["files"])
        assert written["bytes"] == sizes


@pytest.mark.parametrize("name", PIPELINES)
def test_counts_the_records(name: str, sample_runs: Runs) -> None:
    file = ROOT / "pipelines" / name / "expected" / "sources.json"
    expected = json.loads(file.read_text("utf-8"))
    sources = sample_runs(name).result["sources"]
    found = {
        row["source"]: {k: row[k] for k in expected[row["source"]]} for row in sources
    }
    assert found == expected


@pytest.mark.parametrize("name", PIPELINES)
def test_says_what_the_embedded_engine_says(
    name: str, landed: Path, sample_runs: Runs
) -> None:
    run = sample_runs(name)
    other = landed / name / "embedded"
    embedded = json.loads((other / "result.json").read_text("utf-8"))
    assert run.result["sources"] == embedded["sources"]
    shown = [
        {k: v for k, v in c.items() if k != "detail"} for c in run.result["checks"]
    ]
    theirs = [{k: v for k, v in c.items() if k != "detail"} for c in embedded["checks"]]
    assert shown == theirs
    for source in embedded["sources"]:
        file = f"{source['source']}.rejects.ndjson"
        assert rejects(run.out / file) == rejects(other / file)
