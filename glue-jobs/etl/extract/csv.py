"""Landed CSV: taken apart line by line in the JVM, wherever that is sound.

Spark's own CSV reader is lenient and tells neither lines nor places, so it is not
used. A first look at each file tells whether every line is a record by itself. So
it nearly always is, and then splitting is exact. Else the file's lines go in order
through `scan_csv`, in Python.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f

from etl.context import Context
from etl.decode.names import input_name
from etl.decode.physical import MISSING, ColumnSql, from_text
from etl.decode.select import AT, CHUNK, FILE, LINE, RAW, decode_select
from etl.errors import SourceError, TributaryError
from etl.extract.base import Extractor
from etl.extract.encoding import checked_text, refuse_encoding, text_of
from etl.extract.places import spark_names
from etl.plan import Column, LandedFile, Source
from etl.records.scan_csv import CsvDialect, scan_csv
from etl.ship import ship
from etl.sql import text

_HEADER_BYTES = 1 << 16
#: Lines of a chunk, as a power of two: few, so that one that is asked for again
#: costs little, and enough that a list of all chunks is short beside the input.
_CHUNK_BITS = 6
#: The chunk of what Python takes apart.
_BY_PYTHON = -1
#: Beyond it a quoted line is left to Python: Java's expressions recurse.
_QUOTED_CHARS = 1 << 14
#: Spark's own limit, beyond which a line is an error and no record.
_MOST_COLUMNS = 20480
_OTHER_WIDTH = "_other_width"
_RECORD = (
    f"{FILE} INT, {AT} BIGINT, {LINE} BIGINT, {RAW} STRING, "
    "_parts ARRAY<STRING>, _broken STRING"
)


@dataclass(frozen=True)
class Block:
    """A part of a file that one task reads.

    :param ids: the first of its rows' ids, which rise by one from line to line.
    :param line: the number of the file's lines before it.
    """

    path: str
    file: int
    start: int
    ids: int
    line: int


@dataclass(frozen=True)
class Group:
    """Files with the same header, read by one scan."""

    header: tuple[str, ...]
    files: tuple[int, ...]


def _field(header: tuple[str, ...], name: str, field: str) -> str:
    """A column's text; what the contract lets be missing is NULL."""
    return field.format(header.index(name)) if name in header else MISSING


class CsvExtractor(Extractor):
    """CSV files in UTF-8 or Windows-1252, with LF or CR LF, or with both."""

    has_chunks = True

    def __init__(
        self, context: Context, source: Source, files: list[LandedFile]
    ) -> None:
        super().__init__(context, source, files)
        form = source["form"]
        self._separator: str = form["separator"]
        self._quote: str = form["quote"]
        self._encoding: str = form["encoding"]

    # The lines and what is known of them

    def _scan(self, files: Iterable[int]) -> DataFrame:
        """Lines without their ends: `_path`, `_start`, `_id`, `line`."""
        reader = self.spark.read.option("lineSep", "\n")
        lines = reader.text([self.files[i]["local"] for i in files]).selectExpr(
            "_metadata.file_path AS _path",
            "_metadata.file_block_start AS _start",
            "monotonically_increasing_id() AS _id",
            f"{text_of('value', self._encoding)} AS _text",
            "value AS _bytes",
        )
        return lines.selectExpr(
            "_path",
            "_start",
            "_id",
            # By bytes, since characters would have to be counted.
            "if(endswith(_text, '\r'), CAST(substring(CAST(_text AS BINARY), 1, "
            "octet_length(_text) - 1) AS STRING), _text) AS line",
            "_bytes",
        )

    def _field_pattern(self) -> str:
        """A field after its separator, as an expression of Java's."""
        s, q = re.escape(self._separator), re.escape(self._quote)
        return f"{s}({q}[^{q}]*+(?:{q}{q}[^{q}]*+)*+{q}|[^{q}{s}]*+)"

    def _separated(self, line: str) -> str:
        return f"concat({text(self._separator)}, {line})"

    def _fields(self, line: str, width: int) -> str:
        """A line's fields `c0`, `c1`, … by Spark's parser, which only gets lines that
        leave it no choice; and `_OTHER_WIDTH` where there are more or fewer."""
        names = [*(f"c{i}" for i in range(width)), _OTHER_WIDTH]
        # A single backslash would begin an escape sequence.
        separator = "\\\\" if self._separator == "\\" else self._separator
        options = {
            "sep": separator,
            "quote": self._quote,
            "escape": self._quote,
            "mode": "PERMISSIVE",
            "columnNameOfCorruptRecord": _OTHER_WIDTH,
            "maxColumns": f"{max(width + 2, _MOST_COLUMNS)}",
        }
        schema = text(", ".join(f"{name} STRING" for name in names))
        given = ", ".join(text(part) for pair in options.items() for part in pair)
        return f"from_csv({line}, {schema}, map({given}))"

    def _parts(self, line: str) -> str:
        """A line's fields, however many, those in quotes with their quotes."""
        field = text(self._field_pattern())
        quoted = f"regexp_extract_all({self._separated(line)}, {field}, 1)"
        plain = f"split({line}, {text(re.escape(self._separator))}, -1)"
        return f"if({self._is_quoted(line)}, {quoted}, {plain})"

    def _is_quoted(self, line: str) -> str:
        return f"instr({line}, {text(self._quote)}) > 0"

    def _is_odd(self, line: str) -> str:
        """Whether a line may be other than one record that splitting takes apart.

        Fields that follow each other leave nothing of a line that is one. Spark's
        parser loses a NUL within quotes, and fails at a line of too many fields.
        """
        left = (
            f"regexp_replace({self._separated(line)}, "
            f"{text(chr(92) + 'G' + self._field_pattern())}, '')"
        )
        return (
            f"(octet_length({line}) >= {_MOST_COLUMNS} OR "
            f"instr({line}, '\r') > 0 OR {self._is_quoted(line)} AND "
            f"(length({line}) > {_QUOTED_CHARS} OR instr({line}, '\0') > 0 OR "
            f"{left} <> ''))"
        )

    @cached_property
    def _groups(self) -> list[Group]:
        """The files by their header, which is compared with the declaration."""
        found: dict[tuple[str, ...], list[int]] = {}
        for i, file in enumerate(self.files):
            header = self._header(file)
            self.check_names(header, file["path"])
            found.setdefault(header, []).append(i)
        return [Group(header, tuple(files)) for header, files in found.items()]

    def _header(self, file: LandedFile) -> tuple[str, ...]:
        body = self.context.files.read(file["local"], 0, _HEADER_BYTES)
        place = {"file": file["path"], "line": 1}
        body = body.removeprefix(b"\xef\xbb\xbf")
        if body[:1] in (b"\r", b"\n"):
            raise SourceError("the first line is blank, not a header", **place)
        first, *_ = body.split(b"\n", 1)
        if self._encoding == "utf-8":
            refuse_encoding(first, file["path"])
        head = body.decode(
            "utf-8" if self._encoding == "utf-8" else "cp1252", "replace"
        )
        try:
            reader = csv.reader(
                io.StringIO(head, newline=""),
                delimiter=self._separator,
                quotechar=self._quote,
                strict=True,
            )
            return tuple(name.strip() for name in next(reader, []))
        except csv.Error as error:
            raise SourceError(f"the header is not CSV: {error}", **place) from error

    def _look(self, group: Group) -> tuple[list[Block], set[int]]:
        """The blocks of a group's scan, and the files that Python must take apart."""
        rows = (
            self._scan(group.files)
            .groupBy("_path", "_start")
            .agg(
                f.min("_id").alias("ids"),
                f.count("*").alias("lines"),
                f.expr(f"count_if({self._is_odd('line')})").alias("odd"),
                *checked_text(self._encoding),
            )
            .collect()
        )
        names = spark_names(self.context.files, self.files)
        by_file: dict[int, list[Row]] = {}
        for row in rows:
            by_file.setdefault(names[row["_path"]], []).append(row)
        blocks: list[Block] = []
        odd: set[int] = set()
        for at, parts in by_file.items():
            self._check_encoding(self.files[at], parts)
            if sum(part["odd"] for part in parts):
                odd.add(at)
            line = 0
            for part in sorted(parts, key=lambda row: int(row["_start"])):
                blocks.append(
                    Block(part["_path"], at, part["_start"], part["ids"], line)
                )
                line += part["lines"]
        return blocks, odd

    def _check_encoding(self, file: LandedFile, parts: list[Row]) -> None:
        if self._encoding == "utf-8":
            if sum(part["broken"] for part in parts):
                refuse_encoding(self.context.files.read(file["local"]), file["path"])
            return
        if sum(p["wide"] for p in parts) and not sum(p["broken"] for p in parts):
            raise SourceError(
                "the text is UTF-8, but the source declares windows-1252",
                file=file["path"],
            )

    # The rows

    def rows(self, *, with_place: bool) -> DataFrame:
        return self._rows(with_place, None)

    def rows_in(self, chunks: frozenset[int]) -> DataFrame:
        return self._rows(True, chunks)

    def _rows(self, with_place: bool, chunks: frozenset[int] | None) -> DataFrame:
        looks = [(group, *self._looked(group)) for group in self._groups]
        found: list[DataFrame] = []
        for group, blocks, odd in looks:
            if len(odd) < len(group.files):
                found.append(self._plain(group, blocks, odd, with_place, chunks))
            if odd:
                found.append(self._by_python(group, blocks, odd, with_place))
        first, *others = found
        for other in others:
            first = first.unionByName(other)
        return first

    @cached_property
    def _cache(self) -> dict[Group, tuple[list[Block], set[int]]]:
        return {}

    def _looked(self, group: Group) -> tuple[list[Block], set[int]]:
        if group not in self._cache:
            self._cache[group] = self._look(group)
        return self._cache[group]

    def _columns(
        self, header: tuple[str, ...], field: str, is_ascii: str | None
    ) -> list[tuple[Column, ColumnSql]]:
        return [
            (
                column,
                from_text(_field(header, input_name(column), field), column, is_ascii),
            )
            for column in self.source["columns"]
        ]

    def _blocks_of(self, blocks: list[Block]) -> DataFrame:
        known = (
            f"({text(b.path)}, {b.start}L, {b.file}, {b.line - b.ids + 1}L)"
            for b in blocks
        )
        return self.spark.sql(
            f"SELECT * FROM VALUES {', '.join(known)} AS t(_path, _start, {FILE}, _by)"
        )

    def _plain(
        self,
        group: Group,
        blocks: list[Block],
        odd: set[int],
        with_place: bool,
        chunks: frozenset[int] | None,
    ) -> DataFrame:
        """Lines that are records, split in the JVM."""
        lines = self._scan(group.files)
        lines = lines.withColumn(CHUNK, f.expr(f"shiftright(_id, {_CHUNK_BITS})"))
        if chunks is not None:
            wanted = self.spark.createDataFrame([(c,) for c in chunks], f"{CHUNK} LONG")
            lines = lines.join(f.broadcast(wanted), CHUNK, "left_semi")
        headers = [b.ids for b in blocks if b.start == 0]
        lines = lines.where(~f.col("_id").isin(headers))
        lines = lines.where("line <> ''")
        if odd:
            others = [b.path for b in blocks if b.file in odd and b.start == 0]
            lines = lines.where(~f.col("_path").isin(others))
        width = len(group.header)
        carry = [CHUNK]
        if with_place:
            lines = lines.join(
                f.broadcast(self._blocks_of(blocks)), ["_path", "_start"]
            )
            lines = lines.withColumns(
                {AT: f.expr("_id + _by"), LINE: f.expr("_id + _by"), RAW: f.col("line")}
            )
            carry = [CHUNK, FILE, AT, LINE, RAW]
        split = lines.selectExpr(
            f"{self._fields('line', width)} AS _fields",
            "octet_length(line) = length(line) AS _ascii",
            "line AS _line_text",
            *carry,
        ).selectExpr(
            "_fields",
            "_ascii",
            f"CASE WHEN _fields.{_OTHER_WIDTH} IS NOT NULL "
            f"THEN {self._parts('_line_text')} END AS _parts",
            *carry,
        )
        size = (
            f"if(size(_parts) = {width + 1} AND _parts[{width}] = '', {width}, "
            "size(_parts))"
        )
        broken = (
            f"CASE WHEN _parts IS NULL THEN NULL WHEN {size} <> {width} THEN "
            "concat('Expected Number of Columns: "
            f"{width} Found: ', if(size(_parts) > {width}, '{width + 1} or more', "
            "CAST(size(_parts) AS STRING))) END"
        )
        columns = self._columns(group.header, "_fields.c{0}", "_ascii")
        return decode_select(split, columns, carry, broken)

    def _by_python(
        self, group: Group, blocks: list[Block], odd: set[int], with_place: bool
    ) -> DataFrame:
        """Files that go through `scan_csv`, each by one task."""
        lines = self._scan(sorted(group.files)).join(
            f.broadcast(self._blocks_of([b for b in blocks if b.file in odd])),
            ["_path", "_start"],
        )
        lines = lines.selectExpr(FILE, "_id + _by AS line_number", "_bytes")
        lines = lines.selectExpr(
            FILE, "line_number", f"{text_of('_bytes', self._encoding)} AS line"
        )
        ordered = lines.repartition(len(odd), FILE).sortWithinPartitions(
            FILE, "line_number"
        )
        ship(self.spark.sparkContext)
        take = _TakeApart(
            CsvDialect(self._separator, self._quote, len(group.header)),
            {i: self.files[i]["path"] for i in odd},
            self.source["name"],
        )
        records = self.spark.createDataFrame(ordered.rdd.mapPartitions(take), _RECORD)
        records = records.withColumn(CHUNK, f.lit(_BY_PYTHON).cast("long"))
        carry = [CHUNK, FILE, AT, LINE, RAW] if with_place else [CHUNK]
        columns = self._columns(group.header, "get(_parts, {0})", None)
        return decode_select(records, columns, carry, "_broken")


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
