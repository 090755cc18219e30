"""From the command line to the result: arguments, session, callback, exit status."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn

from pyspark.sql import SparkSession

from etl.callback import Callback, FileTaskClient, Silent, TaskClient
from etl.context import Context
from etl.errors import DefinitionError, JobError, TributaryError, disk_full
from etl.files import Files
from etl.job import Job
from etl.metrics import Metrics
from etl.plan import read_plan, read_request
from etl.session import for_run, start

_HEARTBEAT_SECONDS = 30


class Terminated(BaseException):
    """The process was told to end."""


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The job's arguments; those that Glue adds are let pass.

    :raises DefinitionError: where one is missing.
    """

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise DefinitionError(f"the job's arguments: {message}")

    parser = Parser(prog="job_template.py", allow_abbrev=False)
    for name in ("--JOB_NAME", "--plan", "--request", "--output", "--run-id"):
        parser.add_argument(name, required=True)
    parser.add_argument("--task-token", default="")
    parser.add_argument("--callback-file", default="")
    found, _ = parser.parse_known_args(list(argv))
    return found


def _client(args: argparse.Namespace) -> TaskClient:
    if args.callback_file:
        return FileTaskClient(args.callback_file)
    if not args.task_token:
        return Silent()
    import boto3  # noqa: PLC0415  Glue carries it; a laptop needs none.

    client: TaskClient = boto3.client("stepfunctions")
    return client


def _jvm_pid(session: SparkSession) -> int | None:
    if not str(session.sparkContext.master).startswith("local"):
        return None
    jvm: Any = session.sparkContext._jvm
    return int(jvm.java.lang.ProcessHandle.current().pid())


class _Run:
    """One run, with what has to be told of it."""

    def __init__(
        self, args: argparse.Namespace, session: SparkSession, logger: logging.Logger
    ) -> None:
        self._args = args
        self._session = session
        self._logger = logger
        self._files = Files(session)
        self._context: Context | None = None
        self.is_expired = False

    def expire(self) -> None:
        """Stops: nobody waits any more."""
        self.is_expired = True
        context = self._context
        if context is not None:
            context.stopped.set()
            context.spark.sparkContext.cancelJobGroup(context.request["run"])

    def _read(self, what: str, place: str) -> str:
        try:
            return self._files.read(place).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DefinitionError(f"the {what} cannot be read: {error}") from error

    def work(self, callback: Callback) -> str:
        """Runs the plan. Returns where the result is."""
        args = self._args
        metrics = Metrics()
        plan = read_plan(self._read("plan", args.plan))
        try:
            request = read_request(self._read("request", args.request))
            if request["run"] != args.run_id:
                raise DefinitionError(
                    f"the request is of run {request['run']}, not of {args.run_id}"
                )
            settings = request.get("settings", {})
            callback.every(settings.get("heartbeatSeconds", _HEARTBEAT_SECONDS))
            own = for_run(self._session, settings)
            self._context = Context(
                own, plan, request, args.output, self._files, metrics, self._logger
            )
            if self.is_expired:
                self._context.stopped.set()
            output = Job(self._context).run()
        except TributaryError as error:
            raise error.within(pipeline=plan["pipeline"]) from error
        output["metrics"] = metrics.result(_jvm_pid(self._session))
        result = self._context.below("result.json")
        self._files.write(result, json.dumps(output, ensure_ascii=False).encode())
        return result


def _fail(callback: Callback, error: BaseException, logger: logging.Logger) -> None:
    ours = (
        error
        if isinstance(error, TributaryError)
        else JobError("the job was told to end (SIGTERM)")
        if isinstance(error, Terminated)
        else disk_full(str(error)) or JobError(f"{type(error).__name__}: {error}")
    )
    logger.error("%s: %s", type(ours).__name__, ours.message, exc_info=error)
    callback.fail(type(ours).__name__, ours.message)


def run_job(
    argv: Sequence[str],
    session: SparkSession | None = None,
    client: TaskClient | None = None,
) -> int:
    """Runs one plan and tells the token how it went.

    :param session: one that is there already; else one is started.
    :param client: stands in for boto3's client of Step Functions.
    :returns: 0 where the result was left and told, else 1.
    """
    logger = logging.getLogger("tributary")
    args: argparse.Namespace | None = None
    callback: Callback | None = None
    try:
        args = arguments(argv)
        callback = Callback(
            client or _client(args), args.task_token, _HEARTBEAT_SECONDS, logger
        ).start()
        logger = logger.getChild(args.run_id.replace(".", "_"))
        run = _Run(args, session or start(args.JOB_NAME), logger)
        callback.on_expired(run.expire)
        result = run.work(callback)
        return 0 if callback.succeed(json.dumps({"result": result})) else 1
    except (Exception, Terminated) as error:
        if callback is None:
            logger.error("%s", error)
        else:
            _fail(callback, error, logger)
        return 1


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated


def main(argv: Sequence[str]) -> int:
    """The job as a process: logs to the standard error, and reports a SIGTERM."""
    logging.basicConfig(
        stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("tributary").setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    signal.signal(signal.SIGTERM, _terminated)
    return run_job(argv)
