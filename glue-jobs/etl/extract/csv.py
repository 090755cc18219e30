"""Landed CSV: taken apart line by line in the JVM, wherever that is sound.

Spark's own CSV reader is lenient and tells neither lines nor places, so it is not
used. Every line is looked at, whether it is a record by itself. So it nearly always
is, and then splitting is exact. Else the file's lines go in order through `scan_csv`,
in Python.

Where nobody asks for places, that is taken on trust: the look is made on the way, and
what was made is thrown away where it finds anything. Else a first look goes through
all files by itself, and tells where each of their parts begins.
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
from etl.decode.select import AT, CHUNK, FILE, LINE, LOOK, RAW, decode_select
from etl.decode.text_expression import trimmed
from etl.errors import SourceError, TributaryError
from etl.extract.base import HEADER, Extractor
from etl.extract.encoding import (
    IS_BROKEN,
    IS_WIDE,
    plain_text,
    refuse_encoding,
    text_of,
)
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
_QUOTED_BYTES = 1 << 14
#: Spark's own limit, beyond which a line is an error and no record.
_MOST_COLUMNS = 20480
_OTHER_WIDTH = "_other_width"
# Bits of a look: a line that is no record by itself; no UTF-8; not plain ASCII.
_ODD, _BROKEN, _WIDE = 1, 2, 4
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
    #: The header's lines as they are written, which may differ in blanks.
    lines: frozenset[str]


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
        self._is_suspect = False
        self._is_sound = False

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

    def _record_pattern(self) -> str:
        """A line that is fields with separators between them, and nothing more.

        Java is quickest at plain loops. None may give back what it took, else a line
        that is no record would be tried in many ways.
        """
        s, q, odd = re.escape(self._separator), re.escape(self._quote), r"\r\x00"
        within, plain = f"(?>[^{q}{odd}]*)", f"(?>[^{q}{s}{odd}]*)"
        field = f"(?:{q}{within}(?:{q}{q}{within})*+{q}|{plain})"
        return rf"\A{field}(?:{s}{field})*+\z"

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
        """A line's fields, however many, those in quotes with their quotes.

        Few lines have them. `transform` changes nothing: Spark has no code for it, so
        that trimming, which stands beside it, is not made one method with decoding,
        beyond the length that Java compiles well.
        """
        field = text(self._field_pattern())
        quoted = f"regexp_extract_all({self._separated(line)}, {field}, 1)"
        plain = f"split({line}, {text(re.escape(self._separator))}, -1)"
        return (
            f"transform(if({self._is_quoted(line)}, {quoted}, {plain}), part -> part)"
        )

    def _is_quoted(self, line: str) -> str:
        return f"instr({line}, {text(self._quote)}) > 0"

    def _is_odd(self, line: str) -> str:
        """Whether a line may be other than one record that splitting takes apart.

        Spark's parser loses a NUL within quotes, and fails at too many fields.
        """
        return (
            f"CASE WHEN octet_length({line}) >= {_MOST_COLUMNS} THEN true "
            f"WHEN {self._is_quoted(line)} THEN octet_length({line}) > {_QUOTED_BYTES} "
            f"OR NOT {line} RLIKE {text(self._record_pattern())} "
            f"ELSE instr({line}, '\r') > 0 END"
        )

    @cached_property
    def _groups(self) -> list[Group]:
        """The files by their header, which is compared with the declaration."""
        found: dict[tuple[str, ...], dict[int, str]] = {}
        for i, file in enumerate(self.files):
            header, line = self._header(file)
            self.check_names(header, file["path"])
            found.setdefault(header, {})[i] = line
        return [
            Group(header, tuple(lines), frozenset(lines.values()))
            for header, lines in found.items()
        ]

    def _header(self, file: LandedFile) -> tuple[tuple[str, ...], str]:
        """The names of a file's columns, and its first line."""
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
            names = tuple(name.strip() for name in next(reader, []))
        except csv.Error as error:
            raise SourceError(f"the header is not CSV: {error}", **place) from error
        return names, plain_text(first, self._encoding).removesuffix("\r")

    def _look(self, group: Group) -> tuple[list[Block], set[int]]:
        """The blocks of a group's scan, and the files that Python must take apart."""
        sought = {
            "odd": self._is_odd("line"),
            "broken": IS_BROKEN,
            "wide": self._is_wide(),
        }
        if self._is_sound:
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

    def _with_look(self, lines: DataFrame, group: Group) -> DataFrame:
        """Adds `_look`, and takes the text from what Spark's parser cannot take."""
        headers = ", ".join(map(text, sorted(group.lines)))
        bits = [
            (self._is_odd("line"), _ODD),
            (IS_BROKEN, _BROKEN),
            (self._is_wide(), _WIDE),
            (f"_start = 0 AND line IN ({headers})", HEADER),
        ]
        look = " + ".join(f"if({condition}, {bit}, 0)" for condition, bit in bits)
        return lines.withColumn(LOOK, f.expr(look)).withColumn(
            "line", f.expr(f"if({LOOK} & {_ODD} = 0, line, '')")
        )

    def confirm(self, looks: int, headers: int) -> bool:
        """Whether each file has one header, no odd line, and its encoding."""
        is_broken, is_wide = looks & _BROKEN != 0, looks & _WIDE != 0
        fits = not is_broken if self._encoding == "utf-8" else is_broken or not is_wide
        is_sound = headers == len(self.files) and looks & _ODD == 0 and fits
        self._is_sound, self._is_suspect = is_sound, not is_sound
        return is_sound

    def distrust(self) -> None:
        self._is_suspect = True

    # The rows

    def rows(self, *, with_place: bool) -> DataFrame:
        # Another encoding is told file by file, which only the first look does.
        can_trust = self._encoding == "utf-8" or len(self.files) == 1
        self.on_trust = can_trust and not with_place and not self._is_suspect
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
        lines = self._with_look(self._lines(group).where("line <> ''"), group)
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
            f"{self._fields('line', width)} AS _fields",
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
        columns = self._columns(group.header, "get(_parts, {0})")
        return decode_select(records, columns, carry, "_broken")


def _union(parts: list[DataFrame]) -> DataFrame:
    first, *others = parts
    for other in others:
        first = first.unionByName(other)
    return first


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
