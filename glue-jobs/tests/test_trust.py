"""Lines taken on trust: what is found out later makes the rows be read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from support.rows import written_rows
from support.running import Outcome, run_folder

Sample = Callable[[str], Path]
HEADER = "customer_id"


def _run(
    folder: Path,
    spark: SparkSession,
    change: Callable[[list[bytes]], list[bytes]],
    more: int = 0,
) -> Outcome:
    """The job on the sample of `loans`, of which the file's lines are changed."""
    place = folder / "request.json"
    request = json.loads(place.read_text("utf-8"))
    (landed,) = request["sources"]["loan"]
    file = Path(landed["local"])
    body = b"\n".join(change(file.read_bytes().splitlines()))
    file.chmod(0o644)
    file.write_bytes(body)
    landed.update(bytes=len(body), records=landed["records"] + more)
    place.write_text(json.dumps(request), "utf-8")
    return run_folder(folder, spark)


def _loans(folder: Path, run: Outcome, spark: SparkSession) -> list[tuple[Any, ...]]:
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    table = next(t for t in plan["tables"] if t["name"] == "loans")
    made = next(t for t in run.result["tables"] if t["table"] == "loans")
    return sorted(written_rows(spark, run.out, made, table["columns"]), key=repr)


def _with_line_within_quotes(lines: list[bytes]) -> list[bytes]:
    first, *rest = lines[1].split(b",")
    return [lines[0], b",".join([b'"' + first + b'\n X"', *rest]), *lines[2:]]


@pytest.mark.parametrize(
    ("change", "more", "used"),
    [
        # A record of two lines.
        (_with_line_within_quotes, 0, 0),
        # A record that is written as the header is: one more, which is rejected.
        (lambda lines: [*lines, lines[0]], 1, 0),
        # A record without its last line end, twice.
        (lambda lines: [*lines, lines[1]], 1, 1),
    ],
)
def test_rows_are_those_of_a_first_look(
    change: Callable[[list[bytes]], list[bytes]],
    more: int,
    used: int,
    spark: SparkSession,
    sample: Sample,
) -> None:
    folder = sample("loans")
    before = run_folder(folder, spark)
    known = before.result["sources"][0]
    rows = len(_loans(folder, before, spark))
    run = _run(folder, spark, change, more)
    assert run.last_call["call"] == "success", run.last_call
    found = run.result["sources"][0]
    assert found["used"] == known["used"] + used
    assert found["quarantined"] == known["quarantined"] + more - used
    made = _loans(folder, run, spark)
    assert len(made) == rows + used
    assert HEADER not in {str(row[0]).lower() for row in made}


def test_a_wrong_encoding_is_told_before_anything_else(
    spark: SparkSession, sample: Sample
) -> None:
    run = _run(
        sample("loans"),
        spark,
        lambda lines: [*lines[:2], lines[2].replace(b",", b"\xe9,", 1), *lines[3:]],
    )
    assert run.last_call["error"] == "SourceError", run.last_call
    assert "the text is not UTF-8" in run.last_call["cause"]
    assert "3" in run.last_call["cause"]


def test_a_select_that_needs_no_row_of_its_source_ends(
    spark: SparkSession, sample: Sample
) -> None:
    folder = sample("loans")
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    plan["tables"][0]["sql"]["text"] += "\nWHERE 1 = 0"
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    run = run_folder(folder, spark)
    assert run.last_call["call"] == "success", run.last_call
    assert run.result["tables"][0]["rows"] == 0
    assert run.result["sources"][0]["used"] > 0
