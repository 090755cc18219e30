"""The SQL of a column that comes typed: which types become which, without loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import types as t

from etl.decode.text_expression import (
    clean_text,
    epoch_limit,
    from_epoch,
    text_expression,
)
from etl.plan import Column
from etl.sql import spark_type

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
#: In place of a column that the input lacks.
MISSING = "CAST(NULL AS STRING)"
_TWO_63 = "9223372036854775808D"


@dataclass(frozen=True)
class ColumnSql:
    """How one column is read, in steps that build on each other.

    :param input: the value as found; text is trimmed, and NULL where missing.
    :param value: the typed value, from the input's name.
    :param bad: true where it does not decode; `None` where every value does.
    """

    input: str
    value: Callable[[str], str]
    bad: Callable[[str, str], str] | None = None


def _same(source: str) -> str:
    return source


def _lost(source: str, value: str) -> str:
    return f"({source} IS NOT NULL AND {value} IS NULL)"


def from_text(raw: str, column: Column, *, is_bare: bool = False) -> ColumnSql:
    """A text, decoded by the column's declaration.

    :param is_bare: whether it has been trimmed before.
    """
    return ColumnSql(
        clean_text(raw, column, is_bare=is_bare),
        lambda source: text_expression(source, column),
        None if column["type"] == "string" else _lost,
    )


def type_name(found: t.DataType) -> str:
    """A physical type in the words that the other engine has for it."""
    names: dict[type[t.DataType], str] = {
        t.StringType: "VARCHAR",
        t.BinaryType: "BLOB",
        t.BooleanType: "BOOLEAN",
        t.ByteType: "TINYINT",
        t.ShortType: "SMALLINT",
        t.IntegerType: "INTEGER",
        t.LongType: "BIGINT",
        t.FloatType: "FLOAT",
        t.DoubleType: "DOUBLE",
        t.DateType: "DATE",
        t.TimestampNTZType: "TIMESTAMP",
        t.TimestampType: "TIMESTAMP WITH TIME ZONE",
    }
    if isinstance(found, t.DecimalType):
        return f"DECIMAL({found.precision},{found.scale})"
    return names.get(type(found), found.simpleString().upper())


def _declared_name(declared: str) -> str:
    names = {"string": "VARCHAR", "int": "INTEGER"}
    return names.get(declared, declared.upper())


def _whole_double(source: str, kind: str) -> str:
    """Spark's cast would take 2^63 for the number before it."""
    cast = f"try_cast({source} AS {kind})"
    return f"CASE WHEN {source} >= -{_TWO_63} AND {source} < {_TWO_63} THEN {cast} END"


def _is_not(cast: str, source: str) -> str:
    return f"(NOT (CAST({cast} AS DOUBLE) <=> {source}))"


def _from_double(raw: str, column: Column) -> ColumnSql | None:
    kind = column["type"]
    if kind == "double":
        return ColumnSql(
            raw,
            _same,
            lambda source, _: (
                f"(isnan({source}) OR abs({source}) = double('Infinity'))"
            ),
        )
    if kind in ("int", "bigint"):
        return ColumnSql(
            raw,
            lambda source: _whole_double(source, spark_type(kind)),
            lambda source, value: _is_not(value, source),
        )
    if "epoch" in column:
        limit = epoch_limit(column)
        return ColumnSql(
            raw,
            lambda source: from_epoch(_whole_double(source, "BIGINT"), column),
            lambda source, value: (
                f"({_is_not(_whole_double(source, 'BIGINT'), source)} OR "
                f"abs({source}) > {limit} OR {_lost(source, value)})"
            ),
        )
    return None


def _from_whole(raw: str, found: str, column: Column) -> ColumnSql | None:
    if "epoch" in column:
        return ColumnSql(
            f"CAST({raw} AS BIGINT)", lambda source: from_epoch(source, column), _lost
        )
    wanted = _declared_name(column["type"])
    if wanted not in _WHOLE or _WHOLE.index(wanted) < _WHOLE.index(found):
        return None
    kind = spark_type(column["type"])
    return ColumnSql(raw, lambda source: f"CAST({source} AS {kind})")


def from_physical(raw: str, found: str, column: Column) -> ColumnSql | None:
    """A column of a typed file, whose type there is `found`.

    :returns: `None` where that type cannot become the declared one.
    """
    if found == "VARCHAR":
        return from_text(raw, column)
    if found == "DOUBLE":
        return _from_double(raw, column)
    if found == "FLOAT":
        return _from_double(f"CAST({raw} AS DOUBLE)", column)
    wanted, kind = _declared_name(column["type"]), spark_type(column["type"])
    if found == wanted:
        return ColumnSql(raw, _same)
    if found in _WHOLE:
        return _from_whole(raw, found, column)
    if column["type"] == "timestamp" and found.startswith("TIMESTAMP"):
        # An instant becomes its wall-clock time in UTC, the session's zone.
        return ColumnSql(raw, lambda source: f"CAST({source} AS TIMESTAMP_NTZ)")
    if column["type"].startswith("decimal") and found.startswith("DECIMAL"):
        return ColumnSql(
            raw,
            lambda source: f"try_cast({source} AS {kind})",
            lambda source, value: f"(NOT ({value} <=> {source}))",
        )
    return None
