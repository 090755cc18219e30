"""Runs the job on a folder with `plan.json` and `request.json`."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from etl.callback import FileTaskClient, TaskClient
from etl.main import run_job

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Outcome:
    """What a run left, and what was told of it."""

    status: int
    out: Path
    calls: list[dict[str, str]]

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            (self.out / "result.json").read_text("utf-8")
        )
        return found

    @property
    def last_call(self) -> dict[str, str]:
        return [call for call in self.calls if call["call"] != "heartbeat"][-1]


def argv_of(folder: Path, out: Path) -> list[str]:
    """The job's arguments, with some that Glue adds."""
    run = json.loads((folder / "request.json").read_text("utf-8"))["run"]
    given = {
        "JOB_NAME": "tributary-test",
        "JOB_RUN_ID": "jr_1",
        "plan": str(folder / "plan.json"),
        "request": str(folder / "request.json"),
        "output": str(out),
        "run-id": run,
        "task-token": "token",
    }
    return [part for k, v in given.items() for part in (f"--{k}", v)]


def run_folder(
    folder: Path, spark: SparkSession, client: TaskClient | None = None
) -> Outcome:
    """Runs the job in this process."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    told = folder / "calls.ndjson"
    told.write_text("", "utf-8")
    status = run_job(argv_of(folder, out), spark, client or FileTaskClient(str(told)))
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    return Outcome(status, out, [json.loads(line) for line in lines])
