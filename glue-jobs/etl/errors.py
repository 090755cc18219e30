"""The errors that Tributary means; the names are those of `core/errors.ts`."""

from __future__ import annotations

import json
from typing import Any

_ORDER = ("pipeline", "source", "table", "file", "line", "column")
_MARK = "TRIBUTARY_ERROR:"
#: What ENOSPC and EDQUOT are called.
_DISK_FULL = ("No space left on device", "Disk quota exceeded")


class TributaryError(Exception):
    """What is wrong, and where, as text and as data.

    :param reason: what is wrong, without the place.
    :param place: pipeline, source, table, file, line or column, as far as known.
    """

    def __init__(self, reason: str, **place: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = {k: v for k, v in place.items() if v is not None}

    def within(self, **place: Any) -> TributaryError:
        """Adds to the place what is known further out; returns the same error."""
        known = {k: v for k, v in place.items() if v is not None}
        self.place = {**known, **self.place}
        return self

    @property
    def message(self) -> str:
        """The reason with the place before it."""
        where = ", ".join(f"{k} {self.place[k]}" for k in _ORDER if k in self.place)
        return f"{where}: {self.reason}" if where else self.reason

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> Any:
        return (_rebuild, (type(self).__name__, self.reason, self.place))

    @property
    def portable(self) -> str:
        """The error as one token of text, which survives an executor's traceback."""
        data = [type(self).__name__, self.reason, self.place]
        return f"{_MARK}{json.dumps(data).encode().hex()};"


class DefinitionError(TributaryError):
    """A plan or a request that does not make sense."""


class SourceError(TributaryError):
    """The input is not there, or not in the shape that its source declares."""


class TableError(TributaryError):
    """A table cannot be made, or breaks its own declaration."""


class CheckError(TributaryError):
    """A check cannot be run."""


class JobError(TributaryError):
    """All that is not ours: Spark failed, was stopped, or ran out of something."""


def disk_full(text: str) -> JobError | None:
    """The error that says so, where a text of Spark's or the system's means it."""
    if any(words in text for words in _DISK_FULL):
        return JobError("the disk is full: give the job a larger one")
    return None


_CLASSES: dict[str, type[TributaryError]] = {
    kind.__name__: kind
    for kind in (DefinitionError, SourceError, TableError, CheckError, JobError)
}


def _rebuild(name: str, reason: str, place: dict[str, Any]) -> TributaryError:
    return _CLASSES.get(name, TributaryError)(reason, **place)


def from_executor(text: str) -> TributaryError | None:
    """Finds an error of ours in the text of Spark's, if one of its tasks raised it."""
    at = text.find(_MARK)
    if at < 0:
        return None
    body = text[at + len(_MARK) :].split(";", 1)[0]
    return _rebuild(*json.loads(bytes.fromhex(body)))
