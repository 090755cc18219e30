"""Landed CSV: taken apart line by line in the JVM, wherever that is sound.

Spark's own CSV reader is lenient and tells neither lines nor places, so it is not
used. Every line is looked at, whether it is a record by itself. So it nearly always
is, and then splitting is exact. Else the file's lines go in order through `scan_csv`,
in Python.

Where nobody asks for places, that is taken on trust: see `etl.extract.trust`. Else a
first look goes through all files by itself, and tells where each of their parts begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f

from etl.context import Context
from etl.decode.names import input_name
from etl.decode.physical import MISSING, ColumnSql, from_text
from etl.decode.select import AT, CHUNK, FILE, LINE, LOOK, RAW, decode_select
from etl.decode.text_expression import trimmed
from etl.errors import SourceError
from etl.extract.base import Extractor
from etl.extract.csv_header import Group, read_header
from etl.extract.csv_line import OTHER_WIDTH, CsvLine
from etl.extract.csv_python import records_of
from etl.extract.encoding import (
    IS_BROKEN,
    IS_WIDE,
    refuse_encoding,
    text_of,
)
from etl.extract.places import spark_names
from etl.extract.trust import Trust
from etl.plan import Column, LandedFile, Source
from etl.records.scan_csv import CsvDialect
from etl.sql import text

#: Lines of a chunk, as a power of two: few, so that one that is asked for again
#: costs little, and enough that a list of all chunks is short beside the input.
_CHUNK_BITS = 5
#: The chunk of what Python takes apart.
_BY_PYTHON = -1


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
        self._line = CsvLine(form["separator"], form["quote"])
        self._encoding: str = form["encoding"]
        self._trust = Trust(self._encoding, len(files))

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

    @cached_property
    def _groups(self) -> list[Group]:
        """The files by their header, which is compared with the declaration."""
        found: dict[tuple[str, ...], dict[int, str]] = {}
        for i, file in enumerate(self.files):
            header, line = read_header(
                self.context.files, file, self._line, self._encoding
            )
            self.check_names(header, file["path"])
            found.setdefault(header, {})[i] = line
        return [
            Group(header, tuple(lines), frozenset(lines.values()))
            for header, lines in found.items()
        ]

    def _look(self, group: Group) -> tuple[list[Block], set[int]]:
        """The blocks of a group's scan, and the files that Python must take apart."""
        sought = {
            "odd": self._line.is_odd("line"),
            "broken": IS_BROKEN,
            "wide": self._is_wide(),
        }
        if self._trust.is_confirmed:
            # All that is left to know is how many lines there are.
            sought = dict.fromkeys(sought, "false")
        rows = (
            self._scan(group.files)
            .groupBy("_path", "_start")
            .agg(
                f.min("_id").alias("ids"),
                f.count("*").alias("lines"),
                *(f.expr(f"bool_or({how})").alias(n) for n, how in sought.items()),
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
            self._check_encoding(
                self.files[at],
                is_broken=any(part["broken"] for part in parts),
                is_wide=any(part["wide"] for part in parts),
            )
            if any(part["odd"] for part in parts):
                odd.add(at)
            line = 0
            for part in sorted(parts, key=lambda row: int(row["_start"])):
                blocks.append(
                    Block(part["_path"], at, part["_start"], part["ids"], line)
                )
                line += part["lines"]
        return blocks, odd

    def _is_wide(self) -> str:
        """Whether a line is not plain ASCII, where that is of interest."""
        return "false" if self._encoding == "utf-8" else IS_WIDE

    def _check_encoding(
        self, file: LandedFile, *, is_broken: bool, is_wide: bool
    ) -> None:
        if self._encoding == "utf-8":
            if is_broken:
                refuse_encoding(self.context.files.read(file["local"]), file["path"])
            return
        if is_wide and not is_broken:
            raise SourceError(
                "the text is UTF-8, but the source declares windows-1252",
                file=file["path"],
            )

    def confirm(self, found: dict[str, int]) -> bool:
        return self._trust.confirm(found)

    def distrust(self) -> None:
        self._trust.lose()

    # The rows

    def rows(self, *, with_place: bool) -> DataFrame:
        self.on_trust = self._trust.is_given(with_place=with_place)
        return self._rows(with_place, None)

    def rows_in(self, chunks: frozenset[int]) -> DataFrame:
        self.on_trust = False
        return self._rows(True, chunks)

    def _rows(self, with_place: bool, chunks: frozenset[int] | None) -> DataFrame:
        if self.on_trust:
            return _union([self._trusted(group) for group in self._groups])
        looks = [(group, *self._looked(group)) for group in self._groups]
        found: list[DataFrame] = []
        for group, blocks, odd in looks:
            if len(odd) < len(group.files):
                found.append(self._plain(group, blocks, odd, with_place, chunks))
            if odd:
                found.append(self._by_python(group, blocks, odd, with_place))
        return _union(found)

    @cached_property
    def _cache(self) -> dict[Group, tuple[list[Block], set[int]]]:
        return {}

    def _looked(self, group: Group) -> tuple[list[Block], set[int]]:
        if group not in self._cache:
            self._cache[group] = self._look(group)
        return self._cache[group]

    def _columns(
        self, header: tuple[str, ...], field: str, *, is_bare: bool = False
    ) -> list[tuple[Column, ColumnSql]]:
        return [
            (
                column,
                from_text(
                    _field(header, input_name(column), field), column, is_bare=is_bare
                ),
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
        lines = self._lines(group)
        if chunks is not None:
            wanted = self.spark.createDataFrame([(c,) for c in chunks], f"{CHUNK} LONG")
            lines = lines.join(f.broadcast(wanted), CHUNK, "left_semi")
        headers = [b.ids for b in blocks if b.start == 0]
        lines = lines.where(~f.col("_id").isin(headers))
        lines = lines.where("line <> ''")
        if odd:
            others = [b.path for b in blocks if b.file in odd and b.start == 0]
            lines = lines.where(~f.col("_path").isin(others))
        carry = [CHUNK]
        if with_place:
            lines = lines.join(
                f.broadcast(self._blocks_of(blocks)), ["_path", "_start"]
            )
            lines = lines.withColumns(
                {AT: f.expr("_id + _by"), LINE: f.expr("_id + _by"), RAW: f.col("line")}
            )
            carry = [CHUNK, FILE, AT, LINE, RAW]
        return self._split(lines, group.header, carry)

    def _trusted(self, group: Group) -> DataFrame:
        """Lines that are most likely records, and headers, which are no rows."""
        lines = self._trust.with_look(
            self._lines(group).where("line <> ''"),
            odd=self._line.is_odd("line"),
            broken=IS_BROKEN,
            wide=self._is_wide(),
            headers=group.lines,
        )
        return self._split(lines, group.header, [CHUNK, LOOK])

    def _lines(self, group: Group) -> DataFrame:
        lines = self._scan(group.files)
        return lines.withColumn(CHUNK, f.expr(f"shiftright(_id, {_CHUNK_BITS})"))

    def _split(
        self, lines: DataFrame, header: tuple[str, ...], carry: list[str]
    ) -> DataFrame:
        """Lines taken apart and decoded."""
        width = len(header)
        declared = {input_name(column) for column in self.source["columns"]}
        split = lines.selectExpr(
            f"{self._line.fields('line', width)} AS _fields",
            "octet_length(line) = length(line) AS _ascii",
            "line AS _line_text",
            *carry,
        ).selectExpr(
            # Once, since cleaning takes them twice.
            *(
                f"{trimmed(f'_fields.c{i}', '_ascii')} AS _bare{i}"
                for i, name in enumerate(header)
                if name in declared
            ),
            f"CASE WHEN _fields.{OTHER_WIDTH} IS NOT NULL "
            f"THEN {self._line.parts('_line_text')} END AS _parts",
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
        columns = self._columns(header, "_bare{0}", is_bare=True)
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
        records = records_of(
            lines,
            CsvDialect(self._line.separator, self._line.quote, len(group.header)),
            {i: self.files[i]["path"] for i in odd},
            self.source["name"],
        )
        records = records.withColumn(CHUNK, f.lit(_BY_PYTHON).cast("long"))
        carry = [CHUNK, FILE, AT, LINE, RAW] if with_place else [CHUNK]
        columns = self._columns(group.header, "get(_parts, {0})")
        return decode_select(records, columns, carry, "_broken")


def _union(parts: list[DataFrame]) -> DataFrame:
    first, *others = parts
    for other in others:
        first = first.unionByName(other)
    return first
