"""Top-level JSON values of a text, each with its line; what is broken stays one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class JsonText:
    """One JSON value as text, and the line in which it begins, from 1."""

    line: int
    raw: str


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def is_whole(text: str) -> bool:
    """Whether a text is one JSON object or list."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict | list)


@dataclass
class _State:
    """Where the scan stands: what is pending, and what is open in it."""

    pending: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    start: int = 1
    last: str = ""
    is_string: bool = False
    #: Where another value seems to begin in one that is not closed: its line
    #: (from 0), and how many of the pending lines lie before it.
    mark: tuple[int, int] | None = None

    def take(self, rest: str | None = None) -> JsonText:
        parts = self.pending if rest is None else [*self.pending, rest]
        record = JsonText(self.start, "\n".join(parts).strip())
        self.pending, self.open, self.last = [], [], ""
        self.is_string, self.mark = False, None
        return record

    def give_up(self, line: int) -> tuple[JsonText, int]:
        """Ends what is not closed. Returns it and the line from which to go on."""
        back = line
        if self.mark:
            back, before = self.mark
            del self.pending[before:]
        return self.take(), back

    def may_nest(self) -> bool:
        """Whether a value may stand here, by what is open and what came last."""
        in_list = bool(self.open) and self.open[-1] == "["
        return self.last == ":" or (in_list and self.last in ("[", ","))


def _scan_line(state: _State, text: str, number: int) -> Iterator[JsonText | int]:
    """Goes through a line; yields records, and last a line to go back to, if any."""
    start, i = 0, 0
    is_empty = not state.pending
    while i < len(text):
        char = text[i]
        i += 1
        if state.is_string:
            if char == "\\":
                i += 1
            elif char == '"':
                state.is_string = False
            continue
        if char == " ":
            continue
        if is_empty and not char.isspace():
            is_empty = False
            state.start = number + 1
        state.last = char
        if char == '"':
            state.is_string = True
        elif char in "{[":
            state.open.append(char)
        elif char in "}]":
            if state.open:
                state.open.pop()
            if state.open:
                continue
            rest = text[start:i]
            if state.mark and not is_whole("\n".join([*state.pending, rest])):
                break
            yield state.take(rest)
            start, is_empty = i, True
    if state.mark and not state.open:
        record, back = state.give_up(number)
        yield record
        yield back
    elif not is_empty:
        if not state.open and not state.is_string:
            yield state.take(text[start:])
        else:
            state.pending.append(text[start:])


def scan_json(lines: Sequence[str]) -> Iterator[JsonText]:
    """Splits text into its top-level JSON values.

    One on each line, one over many lines, or one straight after another. What is
    no JSON comes out as a record of its own, so that it can be set aside: a value
    that is never closed ends where a line begins that is whole by itself and
    cannot belong to it.
    """
    state = _State()
    n = 0
    while n <= len(lines):
        text = lines[n] if n < len(lines) else None
        if state.pending:
            begins = text is not None and text.startswith("{") and is_whole(text)
            if text is None or state.is_string or (begins and not state.may_nest()):
                record, n = state.give_up(n)
                yield record
                continue
            if begins and state.mark is None:
                state.mark = (n, len(state.pending))
        if text is None:
            return
        if not state.pending and text.startswith("{") and is_whole(text):
            yield JsonText(n + 1, text.strip())
            n += 1
            continue
        back: int | None = None
        for found in _scan_line(state, text, n):
            if isinstance(found, int):
                back = found
            else:
                yield found
        n = n + 1 if back is None else back
