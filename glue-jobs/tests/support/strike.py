"""A `local_host.py` that ends itself, or its JVM, at a moment of the job.

`STRIKE=<moment>:<signal>:<whom>`: moments are `extract`, `transform`, `load` and
`told` (all is written, nobody has been told); whom is `host` or `jvm`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import local_host
from etl.callback import Callback
from etl.factory import ETLFactory
from etl.loader import Loader
from etl.transformer import Transformer
from local.jvm import Jvm

_FOR_EVER = 600
jvms: list[int] = []


def _strike(name: str, whom: str) -> None:
    pid = jvms[0] if whom == "jvm" else os.getpid()
    os.kill(pid, signal.Signals[name])
    if whom == "host":
        time.sleep(_FOR_EVER)


def _before(act: Callable[..., Any], strike: Callable[[], None]) -> Callable[..., Any]:
    def struck(*args: Any, **kwargs: Any) -> Any:
        strike()
        return act(*args, **kwargs)

    return struck


def _after(act: Callable[..., Any], strike: Callable[[], None]) -> Callable[..., Any]:
    def struck(*args: Any, **kwargs: Any) -> Any:
        made = act(*args, **kwargs)
        strike()
        return made

    return struck


def main() -> None:
    moment, name, whom = os.environ["STRIKE"].split(":")
    owner, method, around = {
        "extract": (ETLFactory, "extractor", _before),
        "transform": (Transformer, "rows", _before),
        "load": (Loader, "write", _after),
        "told": (Callback, "succeed", _before),
    }[moment]
    act = getattr(owner, method)
    setattr(owner, method, around(act, lambda: _strike(name, whom)))
    start: Callable[..., None] = Jvm.__init__

    def started(self: Jvm, *args: Any) -> None:
        start(self, *args)
        jvms.append(self.process.pid)

    setattr(Jvm, "__init__", started)  # noqa: B010  mypy allows no assignment.
    local_host.main()


if __name__ == "__main__":
    main()
