"""Rejected records, in the file format that both engines write."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from etl.files import Files

_VALUE = re.compile(r': ".*" is not a', re.DOTALL)
_VOWEL = re.compile(r"[aeiou]")
#: Kept to name the first of the commonest kind; more are written, not kept.
_KEPT = 1000


@dataclass(frozen=True)
class Reject:
    """A record that did not become a row, with its place and its raw text."""

    path: str
    line: int
    reason: str
    raw: str
    column: str | None = None

    @property
    def kind(self) -> str:
        """The reason without the value: the same fault in others is one kind."""
        return _VALUE.sub(": not a", self.reason) if self.column else self.reason

    def line_of_json(self) -> str:
        """As the embedded engine writes it."""
        place = {"path": self.path, "line": self.line, "raw": self.raw}
        column = {"column": self.column} if self.column else {}
        both = {**place, **column, "reason": self.reason}
        return json.dumps(both, ensure_ascii=False, separators=(",", ":"))


def reject_of(
    path: str,
    line: int,
    raw: str,
    rule: str | None,
    bad: str | None,
    value: str | None,
    types: dict[str, str],
) -> Reject:
    """A reject from what was judged.

    :param rule: the check that found it, if one did.
    :param bad: the column that does not decode; `*` for the record as a whole,
        of which `value` is the reason.
    """
    if rule is not None:
        return Reject(path, line, rule, raw)
    if bad is None or bad == "*":
        return Reject(path, line, value or "not a JSON object", raw)
    kind = types.get(bad, "")
    article = "an" if _VOWEL.match(kind) else "a"
    shown = json.dumps(value, ensure_ascii=False)
    return Reject(path, line, f"{bad}: {shown} is not {article} {kind}", raw, bad)


class Rejects:
    """Writes rejects one by one and counts them by the kind of reason."""

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self._first: dict[str, Reject] = {}

    def write(self, rejects: Iterator[Reject], place: str, files: Files) -> None:
        """Writes JSON lines; nothing where there is none."""
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", delete=False) as out:
            for reject in rejects:
                self.reasons[reject.kind] += 1
                if len(self._first) < _KEPT:
                    self._first.setdefault(reject.kind, reject)
                out.write(f"{reject.line_of_json()}\n")
        files.upload(out.name, place)

    def commonest(self) -> Reject | None:
        """The first reject for the reason that most of them have."""
        most = self.reasons.most_common(1)
        return self._first.get(most[0][0]) if most else None
