"""The SELECT that decodes, in three layers, so that nothing is computed twice."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame

from etl.decode.physical import ColumnSql
from etl.plan import Column
from etl.sql import ident, text

# Columns that a decoded row carries besides the declared ones.
BAD = "_bad"
VALUE = "_value"
FILE = "_file"
AT = "_at"
LINE = "_line"
RAW = "_raw"
#: The part of a scan that a record lies in: see `Extractor.rows_in`.
CHUNK = "_chunk"
#: What is odd about a record that was taken on trust: see `Extractor.confirm`.
LOOK = "_look"
#: The record's place: file, its order there, its line, and what it looks like.
PLACE = (FILE, AT, LINE, RAW)


def decode_select(
    rows: DataFrame,
    columns: Sequence[tuple[Column, ColumnSql]],
    carry: Sequence[str] = (),
    broken: str | None = None,
) -> DataFrame:
    """Decodes raw rows.

    :param carry: columns of `rows` that stay.
    :param broken: the SQL of a reason for which a record as a whole does not
        decode, NULL where it does.
    :returns: the typed columns, those carried, and `_bad`: the first column that
        does not decode (`*` for the record as a whole), with `_value`, its input
        or the reason.
    """
    inputs = [f"{sql.input} AS _t{i}" for i, (_, sql) in enumerate(columns)]
    values = [f"{sql.value(f'_t{i}')} AS _v{i}" for i, (_, sql) in enumerate(columns)]
    judged = [
        (i, column["name"], sql.bad(f"_t{i}", f"_v{i}"))
        for i, (column, sql) in enumerate(columns)
        if sql.bad
    ]
    whole = [f"{broken} AS _broken"] if broken else []
    first = rows.selectExpr(*inputs, *carry, *whole)
    second = first.selectExpr(*first.columns, *values)
    bad = "".join(f" WHEN {when} THEN {text(name)}" for _, name, when in judged)
    value = "".join(f" WHEN {when} THEN CAST(_t{i} AS STRING)" for i, _, when in judged)
    if broken:
        bad = f" WHEN _broken IS NOT NULL THEN '*'{bad}"
        value = f" WHEN _broken IS NOT NULL THEN _broken{value}"
    return second.selectExpr(
        *(f"_v{i} AS {ident(column['name'])}" for i, (column, _) in enumerate(columns)),
        *carry,
        # Not deterministic to the optimizer, which would else move conditions on it
        # down through all layers, and multiply each expression below.
        f"CASE WHEN spark_partition_id() < 0 THEN ''{bad} END AS {BAD}",
        f"CASE{value} END AS {VALUE}" if value else f"CAST(NULL AS STRING) AS {VALUE}",
    )
