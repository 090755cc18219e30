"""Values that occur more than once: found by their hash, and proven by themselves.

Nearly all keys are there once. Numbers of 64 bits are grouped in less than half of the
time that texts take, and few rows are left to be compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from etl.context import Context

_HASH = "_hash"
COUNT = "_count"
#: Rows that one task tells apart: at least, where another core is free for others; and
#: at most, since the hashes of more would be written to the disk and read again.
_LEAST_ROWS, _MOST_ROWS = 1 << 16, 1 << 20


def repeated(
    context: Context, rows: DataFrame, columns: Sequence[str], total: int
) -> DataFrame | None:
    """The values of some columns that several rows have, and how many: `COUNT`.

    NULL is the same as NULL.

    :param columns: their names, as SQL has them.
    :param total: how many rows there are, more or less.
    :returns: rows that are kept until the run is over; None where there are none.
    """
    cores = context.spark.sparkContext.defaultParallelism
    parts = max(
        1,
        min(cores, math.ceil(total / _LEAST_ROWS)),
        math.ceil(total / _MOST_ROWS),
    )
    hashed = rows.selectExpr(*columns, f"xxhash64({', '.join(columns)}) AS {_HASH}")
    suspects = context.keep(
        hashed.select(_HASH)
        .repartition(parts, _HASH)
        .groupBy(_HASH)
        .agg(f.count("*").alias(COUNT))
        .where(f"{COUNT} > 1")
        .select(_HASH)
    )
    if suspects.count() == 0:
        return None
    found = context.keep(
        hashed.join(suspects, _HASH, "left_semi")
        .groupBy(*(f.expr(column) for column in columns))
        .agg(f.count("*").alias(COUNT))
        .where(f"{COUNT} > 1")
    )
    return found if found.count() > 0 else None
