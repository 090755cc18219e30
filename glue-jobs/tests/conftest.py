"""One Spark session for all tests; landed samples and what DuckDB makes of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from support.mariadb import DRIVER
from support.running import ROOT, Outcome, run_folder

PIPELINES = sorted(p.name for p in (ROOT / "pipelines").iterdir() if p.is_dir())

# For a laptop with few cores: no second compiler, no ports that others can reach.
_ARGS = (
    "--master local[2] --driver-memory 2g "
    "--conf spark.ui.enabled=false --conf spark.driver.host=localhost "
    "--conf spark.driver.bindAddress=127.0.0.1 --conf spark.log.level=OFF "
    "--conf spark.sql.shuffle.partitions=2 --conf spark.ui.showConsoleProgress=false "
    "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xss4m' "
    + (f"--jars {DRIVER} " if DRIVER else "")
    + "pyspark-shell"
)


def node(*args: str) -> None:
    """Runs a script of the project with its own Node."""
    own = ROOT / "node_modules" / ".bin" / "node"
    program = str(own) if own.exists() else "node"
    made = subprocess.run(
        [program, *args], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_SUBMIT_ARGS"] = _ARGS
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder: Any = SparkSession.builder
    session: SparkSession = builder.config("spark.scheduler.mode", "FAIR").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each pipeline: plan, request, and the embedded engine's output."""
    folder = tmp_path_factory.mktemp("landed")
    node("test/spark/land.ts", str(folder), *PIPELINES)
    node("test/spark/embedded.ts", *(str(folder / name) for name in PIPELINES))
    return folder


@pytest.fixture(scope="session")
def sample_runs(spark: SparkSession, landed: Path) -> Callable[[str], Outcome]:
    """The job's run of a pipeline on its sample, made once."""
    runs: dict[str, Outcome] = {}

    def run(name: str) -> Outcome:
        if name not in runs:
            runs[name] = run_folder(landed / name, spark)
        return runs[name]

    return run


@pytest.fixture
def sample(landed: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a landed sample, to be changed."""

    def copy(name: str) -> Path:
        target = tmp_path / name
        shutil.copytree(landed / name, target)
        request = (target / "request.json").read_text("utf-8")
        moved = request.replace(str(landed / name), str(target))
        (target / "request.json").write_text(moved, "utf-8")
        json.loads(moved)
        return target

    return copy
