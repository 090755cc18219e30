"""How long the steps took, and how much memory it was."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any


def _peak(pid: int | str) -> int:
    """The most memory that a process ever had, in bytes; 0 where it is not told."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


class Metrics:
    """Collects the steps of one run, from any thread."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._steps: list[dict[str, Any]] = []
        self._lock = Lock()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times what is done within."""
        started = time.monotonic()
        try:
            yield
        finally:
            seconds = round(time.monotonic() - started, 3)
            with self._lock:
                self._steps.append({"step": name, "seconds": seconds})

    def result(self, jvm: int | None) -> dict[str, Any]:
        """All of it, as the result's `metrics`.

        :param jvm: the process of the driver's JVM, if it is on this machine.
        """
        peak = _peak("self") + (_peak(jvm) if jvm else 0)
        with self._lock:
            return {
                "seconds": round(time.monotonic() - self._started, 3),
                "steps": list(self._steps),
                **({"peakBytes": peak} if peak else {}),
            }
