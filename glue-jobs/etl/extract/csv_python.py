"""CSV that Python takes apart, on the executors, from a file's lines in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyspark.sql import DataFrame, Row

from etl.decode.select import AT, FILE, LINE, RAW
from etl.errors import TributaryError
from etl.records.scan_csv import CsvDialect, scan_csv
from etl.ship import ship

_RECORD = (
    f"{FILE} INT, {AT} BIGINT, {LINE} BIGINT, {RAW} STRING, "
    "_parts ARRAY<STRING>, _broken STRING"
)


def records_of(
    lines: DataFrame, dialect: CsvDialect, paths: dict[int, str], source: str
) -> DataFrame:
    """The records of whole files, each of which one task goes through.

    :param lines: `_file`, `line_number` and `line`.
    :param paths: the files by their index.
    :returns: the records' places, `_parts`, and `_broken`: why there are none.
    """
    ordered = lines.repartition(len(paths), FILE).sortWithinPartitions(
        FILE, "line_number"
    )
    spark = lines.sparkSession
    ship(spark.sparkContext)
    take = _TakeApart(dialect, paths, source)
    return spark.createDataFrame(ordered.rdd.mapPartitions(take), _RECORD)


class _TakeApart:
    """Runs on an executor: the records of the files whose lines it gets in order."""

    def __init__(self, dialect: CsvDialect, paths: dict[int, str], source: str) -> None:
        self._dialect = dialect
        self._paths = paths
        self._source = source

    def __call__(self, rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
        pending: Row | None = None
        lines = iter(rows)
        while (first := pending or next(lines, None)) is not None:
            pending = None
            held: list[Row] = []
            file = first[FILE]

            def of_file(
                first: Row = first, file: int = file, held: list[Row] = held
            ) -> Iterator[str]:
                yield first["line"]
                for row in lines:
                    if row[FILE] != file:
                        held.append(row)
                        return
                    yield row["line"]

            yield from self._records(file, of_file())
            pending = held[0] if held else None

    def _records(self, file: int, lines: Iterator[str]) -> Iterator[tuple[Any, ...]]:
        try:
            found = scan_csv(lines, self._dialect, self._paths[file])
            for n, record in enumerate(found):
                yield file, n, record.line, record.raw, record.fields, record.reason
        except TributaryError as error:
            error.within(source=self._source)
            raise RuntimeError(error.portable) from error
