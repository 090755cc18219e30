"""Names, texts and types in Spark's SQL, and the plan's SQL made Spark's."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TYPES = {
    "string": "STRING",
    "int": "INT",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    # Wall-clock time without a zone, as on the other engines.
    "timestamp": "TIMESTAMP_NTZ",
}


def ident(name: str) -> str:
    """A name as an identifier."""
    return "`" + name.replace("`", "``") + "`"


def text(value: str) -> str:
    """A text as a literal: Spark reads escapes, and joins `'a''b'` to `ab`."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def texts(values: Iterable[str]) -> str:
    """Texts as a list of literals."""
    return ", ".join(text(value) for value in values)


def spark_type(declared: str) -> str:
    """Spark's name of a column type of the plan."""
    return _TYPES.get(declared, declared.upper())


_TOKEN = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/""",
    re.DOTALL,
)


def _translated(match: re.Match[str]) -> str:
    token = match[0]
    if token.startswith("'"):
        return text(token[1:-1].replace("''", "'"))
    if token.startswith('"'):
        return ident(token[1:-1].replace('""', '"'))
    return token


def to_spark(sql: str) -> str:
    """Standard SQL as Spark reads it.

    Only what is written otherwise changes: a quote within a text is doubled in
    the standard and escaped in Spark, where a backslash escapes and double quotes
    make a text. Lines stay where they are.
    """
    return _TOKEN.sub(_translated, sql)
