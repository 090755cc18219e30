"""The talk with the process that started this one: lines of JSON, both ways."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import IO, Any


class TokenExpiredError(Exception):
    """Nobody waits for the token any more."""


class Wire:
    """What is told or asked by one side is a line; so is what it is answered."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._answers: dict[int, dict[str, Any]] = {}
        self._answered = threading.Condition()
        self._last = 0

    def tell(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._out.write(json.dumps(message) + "\n")
            self._out.flush()

    def ask(self, message: dict[str, Any]) -> None:
        """Sends a call and waits for its answer.

        :raises TokenExpiredError: where the answer is that nobody waits.
        """
        with self._lock:
            self._last += 1
            number = self._last
        self.tell({"kind": "call", "id": number, **message})
        with self._answered:
            self._answered.wait_for(lambda: number in self._answers)
            answer = self._answers.pop(number)
        if not answer["ok"]:
            raise TokenExpiredError(answer["error"])

    def answer(self, message: dict[str, Any]) -> None:
        """Takes the answer to a call."""
        with self._answered:
            self._answers[message["id"]] = message
            self._answered.notify_all()


class TaskClient:
    """What a job calls of Step Functions' API, answered by who started this.

    :param why_gone: says why Spark is gone; None where it is there.
    """

    def __init__(
        self, wire: Wire, run: str, why_gone: Callable[[], str | None]
    ) -> None:
        self._wire = wire
        self._run = run
        self._why_gone = why_gone

    # The names are those of boto3's client.
    def send_task_success(self, *, taskToken: str, output: str) -> None:
        self._ask("success", taskToken, output=output)

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> None:
        # Without its JVM a job sees no more than a connection that is refused.
        gone = self._why_gone() if error == "JobError" else None
        self._ask("failure", taskToken, error=error, cause=gone or cause)

    def send_task_heartbeat(self, *, taskToken: str) -> None:
        self._ask("heartbeat", taskToken)

    def _ask(self, call: str, token: str, **more: str) -> None:
        self._wire.ask({"run": self._run, "call": call, "token": token, **more})
