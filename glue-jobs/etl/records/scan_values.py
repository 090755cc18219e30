"""The value lists of a SAS program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from etl.errors import SourceError

_ENTRY = re.compile(r"^\s*('[^']*'|-?[\w.]+)\s*=\s*('.*'|[^';]*?)\s*$", re.ASCII)
_COMMENT_END = re.compile(r"\*/")
# A semicolon outside of quotes.
_LIST_END = re.compile(r";(?=(?:[^']*'[^']*')*[^']*$)")


@dataclass(frozen=True)
class ValueEntry:
    """One entry of a value list."""

    line: int
    raw: str
    code: str
    label: str


def _unquote(text: str) -> str:
    return text[1:-1].replace("''", "'") if text.startswith("'") else text


def scan_values(lines: Sequence[str], block: str) -> Iterator[ValueEntry]:
    """The `code = 'label'` lines after `value NAME`, or in a comment that begins so.

    :raises SourceError: where there is no such block, where it does not end, and
        for a line of it that is no entry.
    """
    name = re.escape(block)
    value = re.compile(rf"^\s*value\s+{name}\s*$", re.IGNORECASE)
    comment = re.compile(rf"^\s*/\*\s*{name}\b", re.IGNORECASE | re.ASCII)
    begins = (i for i, x in enumerate(lines) if value.match(x) or comment.match(x))
    first = next(begins, None)
    if first is None:
        raise SourceError(
            f'there is no value list "{block}": neither "value {block}" nor a '
            "comment that begins with it"
        )
    end = _COMMENT_END if comment.match(lines[first]) else _LIST_END
    for i in range(first + 1, len(lines)):
        raw = lines[i]
        last = end.search(raw)
        body = raw[: last.start()] if last else raw
        if body.strip():
            entry = _ENTRY.match(body)
            if entry is None:
                raise SourceError(
                    f'the value list "{block}" holds a line that is not '
                    f"code = 'label': {raw.strip()}",
                    line=i + 1,
                )
            code, label = entry.groups()
            yield ValueEntry(i + 1, raw, _unquote(code), _unquote(label))
        if last:
            return
    raise SourceError(f'the value list "{block}" has no end', line=first + 1)
