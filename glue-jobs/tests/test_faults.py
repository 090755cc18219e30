"""What can go wrong with a job, and what is told of it."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from support.rows import expected_rows, written_rows
from support.running import ROOT, argv_of, run_folder

from etl.callback import TokenExpiredError
from etl.files import Files

Sample = Callable[[str], Path]


def _edit(folder: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    file = folder / name
    body = json.loads(file.read_text("utf-8"))
    change(body)
    file.write_text(json.dumps(body), "utf-8")


def _has_no_result(folder: Path) -> bool:
    return not (folder / "out" / "result.json").exists()


def test_a_newer_plan_is_told(spark: SparkSession, sample: Sample) -> None:
    folder = sample("loans")
    _edit(folder, "plan.json", lambda plan: plan.update(version=2))
    run = run_folder(folder, spark)
    assert run.status == 1
    assert run.last_call["call"] == "failure"
    assert run.last_call["error"] == "DefinitionError"
    assert "newer than this job" in run.last_call["cause"]
    assert _has_no_result(folder)


def test_a_plan_with_a_part_that_nobody_knows_is_told(
    spark: SparkSession, sample: Sample
) -> None:
    folder = sample("loans")
    _edit(folder, "plan.json", lambda plan: plan.update(surprise=True))
    run = run_folder(folder, spark)
    assert run.last_call["error"] == "DefinitionError"
    assert "surprise" in run.last_call["cause"]


@pytest.mark.parametrize("part", ["the end", "the pages"])
def test_a_corrupt_parquet_file_is_named(
    spark: SparkSession, sample: Sample, part: str
) -> None:
    folder = sample("arrivals")
    request = json.loads((folder / "request.json").read_text("utf-8"))
    landed = [file for files in request["sources"].values() for file in files]
    file = next(one for one in landed if one["path"].endswith(".parquet"))
    place = Path(file["local"])
    place.chmod(0o644)
    body = place.read_bytes()
    half = len(body) // 2
    damaged = {
        "the end": body[:half],
        "the pages": body[:4] + bytes(half) + body[4 + half :],
    }
    place.write_bytes(damaged[part])
    run = run_folder(folder, spark)
    assert run.status == 1
    assert run.last_call["call"] == "failure"
    assert run.last_call["error"] == "SourceError", run.last_call
    assert file["path"] in run.last_call["cause"]
    assert _has_no_result(folder)
    place.write_bytes(body)
    again = run_folder(folder, spark)
    assert again.last_call["call"] == "success", again.last_call


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_at_the_end_is_told(
    number: int, spark: SparkSession, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: Files, place: str, __: bytes) -> None:
        raise OSError(number, os.strerror(number), place)

    folder = sample("loans")
    monkeypatch.setattr(Files, "write", no_room)
    run = run_folder(folder, spark)
    assert run.status == 1
    assert run.last_call["error"] == "JobError"
    assert "the disk is full" in run.last_call["cause"]
    assert _has_no_result(folder)


class _Expired:
    """Nobody waits from the start."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def _gone(self, call: str) -> None:
        self.calls.append(call)
        raise TokenExpiredError("gone")

    def send_task_success(self, **_: str) -> None:
        self._gone("success")

    def send_task_failure(self, **_: str) -> None:
        self._gone("failure")

    def send_task_heartbeat(self, **_: str) -> None:
        self._gone("heartbeat")


def test_a_job_that_nobody_waits_for_stops(spark: SparkSession, sample: Sample) -> None:
    folder = sample("arrivals")
    client = _Expired()
    run = run_folder(folder, spark, client)
    assert run.status == 1
    assert client.calls[0] == "heartbeat"
    assert "success" not in client.calls
    assert _has_no_result(folder)


def test_a_skewed_key_loses_nothing(spark: SparkSession, sample: Sample) -> None:
    folder = sample("loans")
    request = json.loads((folder / "request.json").read_text("utf-8"))
    (landed,) = request["sources"]["loan"]
    file = Path(landed["local"])
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    tables = {table["name"]: table for table in plan["tables"]}
    before = run_folder(folder, spark).result
    header, *rows = file.read_text("utf-8").splitlines()
    good = next(row for row in rows if row)
    more = 50_000
    body = "\n".join([header, *rows, *([good] * more)]) + "\n"
    file.chmod(0o644)
    file.write_text(body, "utf-8")
    landed.update(bytes=len(body.encode()), records=len(rows) + more)
    _edit(folder, "request.json", lambda found: found.update(request))
    run = run_folder(folder, spark)
    assert run.last_call["call"] == "success", run.last_call
    used = run.result["sources"][0]["used"]
    assert used == before["sources"][0]["used"] + more
    (loans,) = (t for t in run.result["tables"] if t["table"] == "loans")
    found = written_rows(spark, run.out, loans, tables["loans"]["columns"])
    assert len(found) == used
    expected = ROOT / "pipelines" / "loans" / "expected" / "loans.csv"
    known = expected_rows(expected, tables["loans"]["columns"])
    assert set(found) == set(known)


def test_sigterm_is_told_by_the_process(landed: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls.ndjson"
    calls.write_text("", "utf-8")
    argv = argv_of(landed / "arrivals", tmp_path / "out")
    job = [sys.executable, str(ROOT / "glue-jobs" / "job_template.py"), *argv]
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(
        [*job, "--callback-file", str(calls)],
        env={**os.environ, "PYSPARK_PYTHON": sys.executable},
        stderr=log,
    )
    late = time.monotonic() + 120
    while "heartbeat" not in calls.read_text("utf-8"):
        assert process.poll() is None
        assert time.monotonic() < late
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(120) == 1
    last = json.loads(calls.read_text("utf-8").splitlines()[-1])
    assert (last["call"], last["error"]) == ("failure", "JobError")
    assert "SIGTERM" in last["cause"]
    assert not (tmp_path / "out" / "result.json").exists()


def test_rejects_are_in_order_however_many_sort_them(
    spark: SparkSession, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sample("loans")
    name = "loan.rejects.ndjson"
    by_one = (run_folder(folder, spark).out / name).read_text("utf-8")
    monkeypatch.setattr("etl.source._SORTED_BY_ONE", 0)
    by_many = (run_folder(folder, spark).out / name).read_text("utf-8")
    lines = [json.loads(line)["line"] for line in by_one.splitlines()]
    assert len(lines) > 1
    assert lines == sorted(lines)
    assert by_many == by_one
