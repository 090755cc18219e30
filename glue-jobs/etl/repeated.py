"""Values that occur more than once: found by their hash, and proven by themselves.

Nearly all keys of a large table are there once. Numbers of 64 bits are grouped in less
than half of the time that texts take, and few rows are left to be compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from etl.context import Context

_HASH = "_hash"
COUNT = "_count"
#: Up to here the values themselves are grouped, since each look at the rows has a cost
#: of its own.
_FEW_ROWS = 1 << 21
#: Rows whose hashes one task tells apart: those of more would be written to the disk
#: and read again.
_ROWS_A_TASK = 1 << 20


def repeated(
    context: Context, rows: DataFrame, columns: Sequence[str], total: int
) -> DataFrame | None:
    """The values of some columns that several rows have, and how many: `COUNT`.

    NULL is the same as NULL.

    :param columns: their names, as SQL has them.
    :param total: how many rows there are, more or less.
    :returns: rows that are kept until the run is over; None where there are none.
    """
    found = rows.selectExpr(*columns)
    if total > _FEW_ROWS:
        found = found.withColumn(_HASH, f.expr(f"xxhash64({', '.join(columns)})"))
        suspects = context.keep(_suspects(context, found, total))
        if suspects.count() == 0:
            return None
        found = found.join(suspects, _HASH, "left_semi")
    counted = found.groupBy(*(f.expr(column) for column in columns))
    twice = context.keep(counted.agg(f.count("*").alias(COUNT)).where(f"{COUNT} > 1"))
    return twice if twice.count() > 0 else None


def _suspects(context: Context, hashed: DataFrame, total: int) -> DataFrame:
    """The hashes that several rows have."""
    cores = context.spark.sparkContext.defaultParallelism
    parts = max(cores, math.ceil(total / _ROWS_A_TASK))
    grouped = hashed.select(_HASH).repartition(parts, _HASH).groupBy(_HASH)
    found = grouped.agg(f.count("*").alias(COUNT)).where(f"{COUNT} > 1")
    return found.select(_HASH)
