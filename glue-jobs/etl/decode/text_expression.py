"""The SQL of a column's typed value from its text, as strict as every engine's.

NULL where the text does not decode: no `1_000`, no hex, no rounding, no lenient
dates. Casts alone are lenient, so each value is either written in just the form
that Spark itself gives it, which is quick to see, or it matches a pattern.
"""

from __future__ import annotations

import re

from etl.decode.time_format import time_format
from etl.plan import Column
from etl.sql import spark_type, text, texts

# What Unicode calls space separators: DuckDB trims these, Spark's trim just one.
SPACES = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u202f\u205f\u3000"
)
_ISO_DATE = ["yyyy-MM-dd"]
_ISO_TIMESTAMP = [
    "yyyy-MM-dd HH:mm:ss",
    "yyyy-MM-dd'T'HH:mm:ss",
    "yyyy-MM-dd HH:mm:ss.SSS",
    "yyyy-MM-dd'T'HH:mm:ss.SSS",
]
_LAST_YEAR_DAYS = 2_932_896
_PER_DAY = {"days": 1, "seconds": 86_400, "milliseconds": 86_400_000}


def trimmed(raw: str, is_ascii: str | None = None) -> str:
    """A text without the spaces around it.

    :param is_ascii: a condition under which only the ASCII space need be looked for.
    """
    every = f"trim(BOTH {text(SPACES)} FROM {raw})"
    return every if is_ascii is None else f"if({is_ascii}, trim({raw}), {every})"


def clean_text(raw: str, column: Column, *, is_bare: bool = False) -> str:
    """The text of a value: trimmed, NULL where it means "missing".

    :param is_bare: whether it has been trimmed before.
    """
    bare = raw if is_bare else trimmed(raw)
    missing = sorted({"", *(value.strip() for value in column.get("nulls", []))})
    if missing == [""]:
        return f"nullif({bare}, '')"
    return f"CASE WHEN {bare} IN ({texts(missing)}) THEN NULL ELSE {bare} END"


def _matches(value: str, pattern: str, then: str) -> str:
    whole = text(rf"\A(?:{pattern})\z")
    return f"CASE WHEN {value} RLIKE {whole} THEN {then} END"


def _grouped(mark: str) -> str:
    """Groups of three; with commas also as in India, of two and three.

    One mark and two digits is a fraction in another notation.
    """
    if mark == ",":
        return r"[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}|[0-9]{1,3}(,[0-9]{2,3})+,[0-9]{2}"
    return rf"[0-9]{{1,3}}([{mark}][0-9]{{3}})+"


def _plain_number(value: str, column: Column) -> tuple[str, str, str]:
    """Patterns of the digits and of the mark, and the number as casts read it."""
    mark = column.get("decimalMark", ".")
    group = column.get("thousands")
    whole = f"([0-9]+|{_grouped(group)})" if group else "[0-9]+"
    bare = f"replace({value}, {text(group)}, '')" if group else value
    plain = bare if mark == "." else f"replace({bare}, {text(mark)}, '.')"
    return whole, f"[{mark}]", plain


def _integer(value: str, column: Column) -> str:
    whole, mark, plain = _plain_number(value, column)
    kind = spark_type(column["type"])
    strict = _matches(
        value,
        f"[+-]?{whole}({mark}0*)?",
        f"try_cast(split_part({plain}, '.', 1) AS {kind})",
    )
    quick = f"try_cast({value} AS {kind})"
    return f"CASE WHEN CAST({quick} AS STRING) = {value} THEN {quick} ELSE {strict} END"


def _float(value: str, column: Column) -> str:
    whole, mark, plain = _plain_number(value, column)
    cast = f"try_cast({plain} AS DOUBLE)"
    # Spark has no `isfinite`.
    finite = f"CASE WHEN abs({cast}) < double('Infinity') THEN {cast} END"
    return _matches(
        value, rf"[+-]?({whole}({mark}[0-9]*)?|{mark}[0-9]+)([eE][+-]?[0-9]+)?", finite
    )


def _fixed(value: str, column: Column) -> str:
    """Digits beyond the scale would be lost, so they do not decode."""
    scale = int(column["type"].split(",")[1].rstrip(")"))
    whole, mark, plain = _plain_number(value, column)
    bare = rf"|{mark}[0-9]{{1,{scale}}}0*" if scale else ""
    return _matches(
        value,
        rf"[+-]?({whole}({mark}[0-9]{{0,{scale}}}0*)?{bare})",
        f"try_cast({plain} AS {spark_type(column['type'])})",
    )


def _flag(value: str, column: Column) -> str:
    true = texts(word.lower() for word in column.get("trueAs", ["true", "1"]))
    false = texts(word.lower() for word in column.get("falseAs", ["false", "0"]))
    lower = f"lower({value})"
    return (
        f"CASE WHEN {lower} IN ({true}) THEN true WHEN {lower} IN ({false}) "
        "THEN false END"
    )


def epoch_limit(column: Column) -> int:
    """The greatest count, in the column's unit, that is still a calendar day."""
    return _LAST_YEAR_DAYS * _PER_DAY[column["epoch"]["unit"]]


def from_epoch(count: str, column: Column) -> str:
    """A whole count of units since a day, as a date or a timestamp."""
    unit, since = column["epoch"]["unit"], f"DATE {text(column['epoch']['since'])}"
    limit = epoch_limit(column)
    is_sane = f"{count} BETWEEN -{limit} AND {limit}"
    if column["type"] == "date":
        days = count if unit == "days" else f"floor({count} / {_PER_DAY[unit]}D)"
        return f"CASE WHEN {is_sane} THEN date_add({since}, CAST({days} AS INT)) END"
    micros = 86_400_000_000 // _PER_DAY[unit]
    return (
        f"CASE WHEN {is_sane} THEN CAST(timestamp_micros("
        f"unix_date({since}) * 86400000000L + {count} * {micros}L) "
        "AS TIMESTAMP_NTZ) END"
    )


def _one_format(value: str, declared: str, kind: str) -> str:
    form = time_format(declared)
    pattern = text(form.pattern)

    def part(replacement: str) -> str:
        return f"regexp_replace({value}, {pattern}, {text(replacement)})"

    made = f"try_cast({part(form.canonical)} AS TIMESTAMP_NTZ)"
    if form.half and form.hour12:
        # 12 am is hour 0, 12 pm is hour 12.
        shift = (
            f"(CASE WHEN {part(form.hour12)} = '12' THEN -12 ELSE 0 END + "
            f"CASE WHEN lower({part(form.half)}) = 'pm' THEN 12 ELSE 0 END)"
        )
        made = f"({made} + make_dt_interval(0, {shift}))"
    if kind == "date":
        made = f"CAST({made} AS DATE)"
    return f"CASE WHEN {value} RLIKE {pattern} THEN {made} END"


def _time(value: str, column: Column) -> str:
    if "epoch" in column:
        digits = _matches(value, "[+-]?[0-9]+([.]0*)?", value)
        return from_epoch(f"try_cast(split_part({digits}, '.', 1) AS BIGINT)", column)
    kind = column["type"]
    declared = column.get("format")
    if declared is None:
        declared = _ISO_DATE if kind == "date" else _ISO_TIMESTAMP
    formats = [declared] if isinstance(declared, str) else declared
    tries = [_one_format(value, one, kind) for one in formats]
    if "format" not in column and kind == "date":
        quick = f"try_cast({value} AS DATE)"
        same = f"CAST({quick} AS STRING) = {value} AND length({value}) = 10"
        return f"CASE WHEN {same} THEN {quick} ELSE {tries[0]} END"
    return tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"


def text_expression(value: str, column: Column) -> str:
    """The typed value of a clean text; NULL where that does not decode.

    :param value: the SQL of the text; cheap, since it is repeated.
    """
    kind = column["type"]
    if kind == "string":
        pad = column.get("pad")
        if not pad:
            return value
        return (
            f"CASE WHEN length({value}) < {pad['length']} THEN "
            f"lpad({value}, {pad['length']}, {text(pad['with'])}) ELSE {value} END"
        )
    if kind in ("int", "bigint"):
        return _integer(value, column)
    if kind == "double":
        return _float(value, column)
    if kind == "boolean":
        return _flag(value, column)
    if kind in ("date", "timestamp"):
        return _time(value, column)
    if re.match(r"decimal\(", kind):
        return _fixed(value, column)
    raise ValueError(f"no type {kind}")
