"""A CSV file's records from its lines, for files that Spark cannot take apart.

Records that span lines, quotes within quotes, spaces around quotes: one pass over
the lines of one file, in order, with the judgement of the embedded engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from etl.errors import SourceError

#: Of a longer record the rest is left out: it may be half a file.
RAW_CHARS = 1 << 20
UNTERMINATED = "Value with unterminated quote found."


@dataclass(frozen=True)
class CsvRecord:
    """A record; `fields` or else the `reason` why there are none."""

    line: int
    raw: str
    fields: list[str | None] | None
    reason: str | None = None


class CsvDialect:
    """How one file's records are taken apart.

    :param width: the number of columns that each record must have.
    """

    def __init__(self, separator: str, quote: str, width: int) -> None:
        self.separator = separator
        self.quote = quote
        self.width = width
        s, q = re.escape(separator), re.escape(quote)
        # Spaces around quotes belong to nobody.
        self._field = re.compile(
            rf" *{q}((?:[^{q}]|{q}{q})*){q} *(?={s}|\Z)|([^{s}]*)", re.DOTALL
        )

    def is_open(self, text: str, is_quoted: bool) -> bool:
        """Whether a quote is open after `text`, which began within one or not."""
        at_start = not is_quoted
        was_quote = False
        for char in text:
            if is_quoted:
                if char == self.quote:
                    is_quoted, was_quote = False, True
            elif char == self.quote and (at_start or was_quote):
                is_quoted, at_start, was_quote = True, False, False
            else:
                was_quote = False
                if char == self.separator:
                    at_start = True
                elif char != "\r":
                    at_start = False
        return is_quoted

    def fields(self, text: str) -> tuple[list[str | None] | None, str | None]:
        """The fields of a record, or why it has none."""
        found: list[str | None] = []
        at = 0
        while True:
            match = self._field.match(text, at)
            assert match is not None
            quoted, bare = match.groups()
            if quoted is None and bare.lstrip(" ").startswith(self.quote):
                return None, UNTERMINATED
            if quoted is not None:
                found.append(quoted.replace(self.quote * 2, self.quote))
            else:
                found.append(bare)
            at = match.end()
            if at >= len(text):
                break
            at += 1
            if at == len(text):
                found.append("")
                break
        # A separator too many at the end is let pass.
        if len(found) == self.width + 1 and found[-1] == "" and text[-1] != self.quote:
            found.pop()
        if len(found) != self.width:
            expected = f"Expected Number of Columns: {self.width} Found: "
            if len(found) > self.width:
                return None, f"{expected}{self.width + 1} or more"
            return None, f"{expected}{len(found)}"
        return found, None


def _swallows(raw: str, dialect: CsvDialect) -> bool:
    """Whether records that follow were taken in by a quote in the wrong place."""
    rest = raw.split("\n")[1:]
    return any(len(row.split(dialect.separator)) >= dialect.width for row in rest)


def _record(text: str, line: int, dialect: CsvDialect, path: str) -> CsvRecord:
    raw = text.removesuffix("\r")
    fields, reason = dialect.fields(raw)
    if reason is not None and _swallows(raw, dialect):
        raise SourceError(
            "a quote opens here that is never closed, or closed in the wrong "
            "place: it takes in records that follow",
            file=path,
            line=line,
        )
    if "\r" in raw and dialect.quote not in raw:
        raise SourceError(
            "a line ends in CR alone: end lines in LF or in CR LF",
            file=path,
            line=line,
        )
    shown = raw if len(raw) <= RAW_CHARS else raw[:RAW_CHARS] + "…"
    return CsvRecord(line, shown, fields, reason)


def scan_csv(
    lines: Iterable[str], dialect: CsvDialect, path: str
) -> Iterator[CsvRecord]:
    """The records of a file after its header.

    :param lines: without their LF.
    :raises SourceError: where a quote takes in records that follow.
    """
    pending: list[str] = []
    start, is_quoted, is_header = 1, False, True
    for number, line in enumerate(lines, 1):
        if not pending:
            if not line.strip("\r"):
                continue
            start = number
        pending.append(line)
        is_quoted = dialect.is_open(line, is_quoted)
        if is_quoted:
            continue
        if not is_header:
            yield _record("\n".join(pending), start, dialect, path)
        is_header, pending = False, []
    if pending and not is_header:
        yield _record("\n".join(pending), start, dialect, path)
