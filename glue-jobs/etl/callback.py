"""Tells the state that waits how the job goes: with its token, from a thread.

A crash of Python is told like any failure, and so is SIGTERM. SIGKILL and a machine
that is gone cannot be told: Glue's state-change event, or the heartbeat that fails
to come, ends the state then.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

_EXPIRED = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken", "TokenExpiredError")
#: Limits of Step Functions' API.
_ERROR_CHARS, _CAUSE_CHARS = 256, 32_768
_TRIES = 3


class TaskClient(Protocol):
    """What is called of Step Functions; boto3's client is one."""

    def send_task_success(self, *, taskToken: str, output: str) -> Any: ...

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> Any: ...

    def send_task_heartbeat(self, *, taskToken: str) -> Any: ...


class FileTaskClient:
    """Appends each call to a file, as a line of JSON.

    The file must be there: who takes it away lets the tokens expire.
    """

    def __init__(self, place: str) -> None:
        self._file = Path(place)
        self._lock = threading.Lock()

    def _append(self, **call: str) -> None:
        with self._lock:
            if not self._file.exists():
                raise TokenExpiredError(f"{self._file} is gone")
            with self._file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(call) + "\n")

    def send_task_success(self, *, taskToken: str, output: str) -> None:
        self._append(call="success", taskToken=taskToken, output=output)

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> None:
        self._append(call="failure", taskToken=taskToken, error=error, cause=cause)

    def send_task_heartbeat(self, *, taskToken: str) -> None:
        self._append(call="heartbeat", taskToken=taskToken)


class TokenExpiredError(Exception):
    """Nobody waits for the token any more."""


class Silent:
    """Nobody waits: a run by hand."""

    def send_task_success(self, *, taskToken: str, output: str) -> None: ...

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> None: ...

    def send_task_heartbeat(self, *, taskToken: str) -> None: ...


def has_expired(error: BaseException) -> bool:
    """Whether an error says that nobody waits any more."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    return type(error).__name__ in _EXPIRED or code in _EXPIRED


class Callback:
    """Heartbeats while the job works; at its end, just one success or failure."""

    def __init__(
        self, client: TaskClient, token: str, seconds: float, logger: logging.Logger
    ) -> None:
        self._client = client
        self._token = token
        self._seconds = seconds
        self._logger = logger
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._is_told = False
        self._is_expired = False
        self._when_expired: Callable[[], None] | None = None
        self._thread = threading.Thread(
            target=self._beat, name="heartbeat", daemon=True
        )

    def start(self) -> Callback:
        """Begins with the heartbeats."""
        self._thread.start()
        return self

    def every(self, seconds: float) -> None:
        """Sets the time from one heartbeat to the next."""
        self._seconds = seconds

    def on_expired(self, act: Callable[[], None]) -> None:
        """What to do, once, when it turns out that nobody waits any more."""
        with self._lock:
            self._when_expired = act
            is_late = self._is_expired
        if is_late:
            act()

    def _expire(self, error: Exception) -> None:
        self._logger.error("nobody waits for the job any more: %s", error)
        with self._lock:
            self._is_expired = True
            act = self._when_expired
        if act:
            act()

    def _beat(self) -> None:
        while not self._over.is_set():
            try:
                self._client.send_task_heartbeat(taskToken=self._token)
            except Exception as error:
                if has_expired(error):
                    self._expire(error)
                    return
                # One that is lost does no harm; the next may get through.
                self._logger.warning("a heartbeat was lost: %s", error)
            self._over.wait(self._seconds)

    def succeed(self, output: str) -> bool:
        """:returns: false where nobody waited any more."""
        return self._tell(
            lambda: self._client.send_task_success(taskToken=self._token, output=output)
        )

    def fail(self, error: str, cause: str) -> bool:
        """:returns: false where nobody waited any more."""
        return self._tell(
            lambda: self._client.send_task_failure(
                taskToken=self._token,
                error=error[:_ERROR_CHARS],
                cause=cause[:_CAUSE_CHARS],
            )
        )

    def _tell(self, call: Callable[[], Any]) -> bool:
        with self._lock:
            if self._is_told:
                return False
            self._is_told = True
        self._over.set()
        for attempt in range(_TRIES):
            try:
                call()
                return True
            except Exception as error:
                if has_expired(error):
                    self._logger.error("nobody waits for the job any more: %s", error)
                    return False
                self._logger.warning("the call did not get through: %s", error)
                time.sleep(2**attempt)
        raise ConnectionError("Step Functions could not be told of the job's end")
