"""What a source's contract lets pass, said alike by both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import node
from pyspark.sql import SparkSession
from support.running import Outcome, run_folder

Sample = Callable[[str], Path]
#: A pipeline, one of its sources, a column that it is told to lack, and the form.
SOURCES = [
    ("arrivals", "demographics", "csv"),
    ("arrivals", "immigration", "parquet"),
    ("songs", "song_data", "json"),
]
EXTRA = {"name": "not_there", "type": "int"}


def _run(
    sample: Sample,
    spark: SparkSession,
    place: tuple[str, str],
    contract: str,
) -> tuple[Outcome, dict[str, Any]]:
    """Both engines on a sample whose source declares other columns than it has."""
    pipeline, name = place
    folder = sample(pipeline)
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    source = next(one for one in plan["sources"] if one["name"] == name)
    source["contract"] = contract
    source["form"]["unused"] = []
    source["columns"].append(EXTRA)
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    node("test/spark/embedded.ts", str(folder))
    embedded = json.loads((folder / "embedded" / "result.json").read_text("utf-8"))
    return run_folder(folder, spark), embedded


@pytest.mark.parametrize(("pipeline", "name", "form"), SOURCES)
def test_evolve_is_the_same_on_both_engines(
    pipeline: str, name: str, form: str, sample: Sample, spark: SparkSession
) -> None:
    run, embedded = _run(sample, spark, (pipeline, name), "evolve")
    assert run.last_call["call"] == "success", run.last_call
    assert run.result["sources"] == embedded["sources"], form
    rows = next(one for one in run.result["sources"] if one["source"] == name)
    changes = {(one["change"], one["column"]) for one in rows["schema"]}
    assert ("missing", "not_there") in changes
    assert len([change for change, _ in changes if change == "added"]) > 0


@pytest.mark.parametrize(("pipeline", "name", "form"), SOURCES)
def test_what_discard_forbids_fails_on_both_engines(
    pipeline: str, name: str, form: str, sample: Sample, spark: SparkSession
) -> None:
    run, embedded = _run(sample, spark, (pipeline, name), "discard")
    assert run.last_call["call"] == "failure"
    told = run.last_call["cause"]
    reason = embedded["error"]["reason"]
    assert embedded["error"]["place"]["source"] == name, form
    # Which name looks alike is for each engine to guess.
    assert reason.split(" (renamed")[0].split(". Found")[0] in told
