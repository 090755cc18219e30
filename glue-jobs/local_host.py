"""Runs jobs of `job_template.py` side by side in one Spark session of a laptop.

Orders come as lines of JSON on the standard input: `{"run", "argv"}` starts a
job, `{"stop": run}` ends one. What the jobs tell Step Functions goes out as lines
on file descriptor 3 and is answered by lines `{"id", "ok", "error"}`. When the
input ends, so does everything.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from local.jvm import Jvm, java_command, settings
from local.training import train
from local.wire import TaskClient, Wire

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_STOP_EVERY_SECONDS = 0.2


class Host:
    """One session, and the jobs that run in it."""

    def __init__(self, jvm: Jvm, wire: Wire) -> None:
        self._jvm = jvm
        self._wire = wire
        self._session: SparkSession | None = None
        self._running: set[str] = set()
        self.has_failed = False

    def start(self, run: str, argv: list[str]) -> None:
        """Begins a job in a thread of its own; the first one starts the session."""
        # Loaded while the JVM starts.
        from pyspark import InheritableThread  # noqa: PLC0415

        self._session = self._session or self._jvm.session()
        self._running.add(run)
        work = (self._session, run, argv)
        InheritableThread(target=self._work, args=work, daemon=True).start()

    def _work(self, session: SparkSession, run: str, argv: list[str]) -> None:
        error: str | None = None
        try:
            from job_template import run_job  # noqa: PLC0415

            client = TaskClient(self._wire, run, self._jvm.why_gone)
            status = run_job(argv, session, client)
            if status != 0:
                error = f"status {status}"
        except BaseException as caught:  # Whatever it is, somebody waits to hear.
            error = f"{type(caught).__name__}: {caught}"
            raise
        finally:
            self._running.discard(run)
            self.has_failed = self.has_failed or error is not None
            more = {"error": error} if error else {}
            self._wire.tell({"kind": "ended", "run": run, **more})

    def stop(self, run: str) -> None:
        """Ends a job, and what it begins after this, and no other."""
        session = self._session

        def cancel() -> None:
            while session and run in self._running:
                session.sparkContext.cancelJobGroup(run)
                time.sleep(_STOP_EVERY_SECONDS)

        threading.Thread(target=cancel, daemon=True).start()

    def serve(self, lines: IO[str]) -> None:
        """Takes orders and answers until there are no more."""
        for line in lines:
            message = json.loads(line)
            if "argv" in message:
                self.start(message["run"], message["argv"])
            elif "stop" in message:
                self.stop(message["stop"])
            else:
                self._wire.answer(message)


def watch(jvm: Jvm, is_over: threading.Event) -> None:
    """Without its JVM this process is of no use; jobs have a moment to say so."""

    def wait() -> None:
        jvm.process.wait()
        if not is_over.wait(1):
            os._exit(3)

    threading.Thread(target=wait, daemon=True).start()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", default="java")
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--cores", default="2")
    parser.add_argument("--archive", default="", help="of classes, where it is there")
    parser.add_argument("--size", choices=("small", "large"), help="of the input")
    parser.add_argument("--drivers", default="", help="jars of databases' drivers")
    parser.add_argument("--folder", required=True, help="for what Spark spills")
    parser.add_argument("--log", default="", help="removed where no job failed")
    parser.add_argument("--train", action="store_true", help="write the archive, end")
    return parser.parse_args()


def main() -> None:
    given = _arguments()
    folder = str(Path(given.folder).resolve())
    Path(folder).mkdir(parents=True, exist_ok=True)
    command = java_command(
        *(given.java, given.heap, given.archive),
        train=given.train,
        is_large=given.size == "large",
        drivers=given.drivers,
    )
    jvm = Jvm(command, settings(given.cores, folder))
    if given.train:
        session = jvm.session()
        train(session, folder)
        session.stop()
        jvm.close()
    else:
        is_over = threading.Event()
        watch(jvm, is_over)
        out = os.fdopen(3, "w")
        host = Host(jvm, Wire(out))
        host.serve(sys.stdin)
        # Whoever gave the orders is gone, and with it whoever waits for an answer.
        is_over.set()
        jvm.process.kill()
        jvm.process.wait()
        if given.log and not host.has_failed:
            Path(given.log).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        Path(folder).parent.rmdir()
    os._exit(0)


if __name__ == "__main__":
    main()
