"""Tables as Parquet files: zstd, sorted, few, in the embedded engine's layout."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame

from etl.context import ETLBase
from etl.errors import TableError
from etl.plan import Period, Table
from etl.sql import ident, spark_type, text

_MB = 1 << 20
#: What a file should have: few enough to list, small enough to read in parts.
LEAST_BYTES = 128 * _MB
MOST_BYTES = 512 * _MB
#: A table below two large files may be a few of this size, so that its rows are made
#: side by side.
SMALL_BYTES = 8 * _MB
_FEW = 4
#: Bytes of a table's files for each byte that landed. Generated loans give 0.2,
#: the real arrivals, which land as Parquet, 0.3.
_SHARE = 0.3


def partition_values(table: Table, period: Period) -> dict[str, str]:
    """The values of a table's partition columns for one period."""
    year, month, _ = period["first"].split("-")
    values = {"date": period["first"], "year": str(int(year)), "month": str(int(month))}
    return {column: values[part] for column, part in table["partitionBy"].items()}


def partition_path(values: dict[str, str]) -> str:
    """The folder of a snapshot below its run: `year=2018/month=11`, or none."""
    return "/".join(f"{column}={value}" for column, value in values.items())


def file_count(landed: int, cores: int) -> int:
    """How many files a table is written to, by the bytes that it may be made of.

    As many as there are cores, or a multiple of it, where the files are then of
    128 to 512 MB. A smaller table is up to four files, one for each core, where they
    are then of 8 MB at least.
    """
    size = landed * _SHARE
    least = max(1, math.ceil(size / MOST_BYTES))
    most = max(least, math.floor(size / LEAST_BYTES))
    if most == 1:
        return max(1, min(cores, _FEW, math.floor(size / SMALL_BYTES)))
    even = most // cores * cores
    return even if even >= least else most


#: The period that a row is of, in the files of tables that are merged by it. No
#: reader names it, and no column of a table may begin so.
PERIOD = "_period"


def is_by_period(table: Table) -> bool:
    """Where no column says how new a row is, its run's period does."""
    return table["mode"] == "merge" and "newest" not in table


def order_of(table: Table) -> list[str]:
    """As declared, ties by the key; a partition is sorted only where it says so."""
    is_sorted = bool(table["sortBy"]) or table["mode"] != "partition"
    return list(dict.fromkeys([*table["sortBy"], *table["key"]])) if is_sorted else []


@dataclass(frozen=True)
class Written:
    """A table's files, below the output folder."""

    table: Table
    values: dict[str, str]
    files: dict[str, int]

    def result(self, rows: int) -> dict[str, Any]:
        return {
            "table": self.table["name"],
            "rows": rows,
            "bytes": sum(self.files.values()),
            "values": self.values,
            "files": list(self.files),
        }


class Loader(ETLBase):
    """Writes a table's rows, and leaves a view of what was written."""

    def write(self, table: Table, rows: DataFrame) -> Written:
        """Writes the rows, whose columns are the table's.

        Each file is sorted by itself: to sort all files against each other would
        go through the rows twice, and row groups are skipped all the same.
        """
        values = partition_values(table, self.context.request["period"])
        folder = "/".join(
            part for part in ("tables", table["name"], partition_path(values)) if part
        )
        stored = [
            f"CAST({ident(c['name'])} AS {spark_type(c['type'])}) AS {ident(c['name'])}"
            for c in table["columns"]
            if c["name"] not in values
        ]
        if is_by_period(table):
            stored.append(ident(PERIOD))
        target = self.context.below(folder)
        made = self._into_files(rows.selectExpr(*stored), table)
        made.write.mode("overwrite").parquet(target)
        sizes = self.context.files.sizes(target, ".parquet")
        if not sizes:
            raise TableError("nothing was written", table=table["name"])
        self._make_view(table, values, [f"{target}/{name}" for name in sizes])
        return Written(
            table, values, {f"{folder}/{name}": size for name, size in sizes.items()}
        )

    def _into_files(self, rows: DataFrame, table: Table) -> DataFrame:
        request = self.context.request
        landed = sum(f["bytes"] for files in request["sources"].values() for f in files)
        cores = self.spark.sparkContext.defaultParallelism
        count = file_count(landed, cores)
        # Fewer tasks than half of the cores would leave the others idle.
        few = count > 1 and count < cores / 2
        rows = rows.repartition(count) if few else rows.coalesce(count)
        order = [ident(name) for name in order_of(table)]
        return rows.sortWithinPartitions(*order) if order else rows

    def _make_view(
        self, table: Table, values: dict[str, str], files: list[str]
    ) -> None:
        """What is checked, and read by later tables, is what will be published."""
        columns = [
            f"CAST({text(values[c['name']])} AS {spark_type(c['type'])}) "
            f"AS {ident(c['name'])}"
            if c["name"] in values
            else ident(c["name"])
            for c in table["columns"]
        ]
        stored = ", ".join(
            f"{ident(c['name'])} {spark_type(c['type'])}"
            for c in table["columns"]
            if c["name"] not in values
        )
        # Spark would take the folders' names for columns.
        reader = self.spark.read.schema(stored).option("recursiveFileLookup", "true")
        written = reader.parquet(*files)
        written.selectExpr(*columns).createOrReplaceTempView(table["name"])
