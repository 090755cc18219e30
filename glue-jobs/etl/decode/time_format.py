"""Java's date patterns as regular expressions with a canonical replacement."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.errors import DefinitionError

# The letters, the expression of each, and what of the time it is.
_LETTERS = {
    "yyyy": (r"[0-9]{4}", "year"),
    "MM": (r"0[1-9]|1[0-2]", "month"),
    "M": (r"0?[1-9]|1[0-2]", "month"),
    "dd": (r"0[1-9]|[12][0-9]|3[01]", "day"),
    "d": (r"0?[1-9]|[12][0-9]|3[01]", "day"),
    "HH": (r"[01][0-9]|2[0-3]", "hour"),
    "hh": (r"0[1-9]|1[0-2]", "hour12"),
    "mm": (r"[0-5][0-9]", "minute"),
    "ss": (r"[0-5][0-9]", "second"),
    "SSS": (r"[0-9]{3}", "fraction"),
    "SSSSSS": (r"[0-9]{6}", "fraction"),
    "a": (r"[AaPp][Mm]", "half"),
}
_PART = re.compile(r"'[^']*'|([A-Za-z])\1*|[^A-Za-z']")
_DEFAULTS = {
    "year": "1900",
    "month": "01",
    "day": "01",
    "hour": "00",
    "minute": "00",
    "second": "00",
    "fraction": "000",
}


@dataclass(frozen=True)
class TimeFormat:
    """A pattern that matches a whole text, and what to make of it.

    :param canonical: with the pattern's groups, `yyyy-M-d HH:mm:ss.SSS`, which
        Spark's cast reads; of a 12-hour clock the hour is as it is written.
    :param half: the group with am or pm, as a replacement, if there is one.
    :param hour12: the group with the hour of a 12-hour clock, likewise.
    """

    pattern: str
    canonical: str
    half: str | None
    hour12: str | None


def time_format(text: str) -> TimeFormat:
    """Reads a Java date pattern.

    :raises DefinitionError: for a letter that is not supported.
    """
    pattern = ""
    groups: dict[str, str] = {}
    for match in _PART.finditer(text):
        part = match[0]
        known = _LETTERS.get(part)
        if known is None and part[0].isalpha():
            raise DefinitionError(
                f'the format "{text}" holds "{part}"; known are {", ".join(_LETTERS)}'
            )
        if known is None:
            pattern += re.escape(part[1:-1] if part[0] == "'" else part)
            continue
        expression, what = known
        pattern += f"({expression})"
        groups[what] = f"${len(re.findall(r'[(](?![?])', pattern))}"
    hour12 = groups.get("hour12")
    at = {**_DEFAULTS, **({"hour": hour12} if hour12 else {}), **groups}
    canonical = (
        f"{at['year']}-{at['month']}-{at['day']} "
        f"{at['hour']}:{at['minute']}:{at['second']}.{at['fraction']}"
    )
    return TimeFormat(rf"\A{pattern}\z", canonical, groups.get("half"), hour12)
