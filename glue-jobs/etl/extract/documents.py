"""Landed JSON, REST pages, value lists and plain text, in files or in packs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pyspark.sql import DataFrame

from etl.decode.names import input_name
from etl.decode.physical import ColumnSql, from_text
from etl.decode.select import AT, FILE, LINE, RAW, decode_select
from etl.errors import TributaryError
from etl.extract.base import Extractor
from etl.plan import Column, LandedFile
from etl.records.documents import Row, document_rows, member_names
from etl.ship import ship

#: Up to here the driver reads all: starting Python on executors takes longer.
_SMALL_BYTES = 8 << 20
_SCHEMA = (
    f"{FILE} INT, {AT} BIGINT, {LINE} BIGINT, {RAW} STRING, "
    "_parts ARRAY<STRING>, _why STRING"
)
_NAMES = (FILE, AT, LINE, RAW, "_parts", "_why")


class DocumentExtractor(Extractor):
    """Whatever becomes objects with members first, each with its place."""

    #: Each member, and the first file that has it.
    _first_files: dict[str, str]

    def rows(self, *, with_place: bool) -> DataFrame:
        size = sum(file["bytes"] for file in self.files)
        if size <= _SMALL_BYTES:
            found = self._by_driver(with_place)
        else:
            found = self._by_executors(with_place)
        columns: list[tuple[Column, ColumnSql]] = []
        for i, column in enumerate(self.source["columns"]):
            columns.append((column, self._column(i, column)))
        carry = [FILE, AT, LINE, RAW] if with_place else []
        # A column may be its place, so the place stays under names of its own.
        return decode_select(found, columns, carry, "_why")

    def _column(self, index: int, column: Column) -> ColumnSql:
        origin = column.get("origin")
        if origin == "line":
            return ColumnSql(LINE, lambda v: v)
        if origin == "path":
            return ColumnSql(f"get(_parts, {index})", lambda v: v)
        return from_text(f"get(_parts, {index})", column)

    def _check_members(self, names: dict[str, str]) -> None:
        """An object may lack a member; a whole source that lacks it was renamed."""
        if self.source["form"]["format"] != "json" or not names:
            return
        known = {
            *self.source["form"].get("unused", []),
            *(input_name(column) for column in self.source["columns"]),
        }
        added = next((path for name, path in names.items() if name not in known), None)
        self.check_names(list(names), added or self.files[0]["path"])
        self._first_files = names

    def schema(self) -> list[dict[str, Any]]:
        """As of other forms; an object may lack a member, so few files are known."""
        return [
            {"column": one["column"], "change": "added", "file": first}
            if (first := self._first_files.get(one["column"])) is not None
            else {**one, "file": self.files[0]["path"], "files": len(self.files)}
            for one in super().schema()
        ]

    def _by_driver(self, with_place: bool) -> DataFrame:
        rows: list[Row] = []
        names: dict[str, str] = {}
        packs: dict[str, bytes] = {}
        for i, file in enumerate(self.files):
            if file["local"] not in packs:
                packs = {file["local"]: self.context.files.read(file["local"])}
            body = _part(packs[file["local"]], file)
            rows.extend(self._rows_of(i, file, body, with_place))
            for name in member_names(self.source, file, body):
                names.setdefault(name, file["path"])
        self._check_members(names)
        return self._from_json(rows)

    def _rows_of(
        self, index: int, file: LandedFile, body: bytes, with_raw: bool
    ) -> Iterator[Row]:
        yield from document_rows(self.source, file, index, body, with_raw)

    def _from_json(self, rows: list[Row]) -> DataFrame:
        """Hands rows to the JVM as lines of JSON, which needs no Python there."""
        body = "\n".join(
            json.dumps(dict(zip(_NAMES, row, strict=True))) for row in rows
        )
        jvm: Any = self.spark.sparkContext._jvm
        reader = jvm.java.io.StringReader(body)
        data = jvm.org.apache.commons.io.IOUtils.readLines(reader)
        encoder = jvm.org.apache.spark.sql.Encoders.STRING()
        session: Any = self.spark
        made = session._jsparkSession.createDataset(data, encoder).toDF()
        return DataFrame(made, self.spark).selectExpr(
            f"inline(array(from_json(value, '{_SCHEMA}')))"
        )

    def _by_executors(self, with_place: bool) -> DataFrame:
        context = self.spark.sparkContext
        ship(context)
        tasks = list(enumerate(self.files))
        slices = min(len(tasks), 4 * context.defaultParallelism)
        spread = context.parallelize(tasks, slices)
        source = self.source

        def members(task: tuple[int, LandedFile]) -> list[tuple[str, tuple[int, str]]]:
            i, file = task
            try:
                names = member_names(source, file, _read(file))
            except TributaryError as error:
                raise RuntimeError(error.portable) from error
            return [(name, (i, file["path"])) for name in names]

        def rows(task: tuple[int, LandedFile]) -> Iterator[Row]:
            i, file = task
            try:
                yield from document_rows(source, file, i, _read(file), with_place)
            except TributaryError as error:
                raise RuntimeError(error.portable) from error

        found = spread.flatMap(members).reduceByKey(min).collect()
        ordered = sorted(found, key=lambda item: item[1])
        self._check_members({name: path for name, (_, path) in ordered})
        return self.spark.createDataFrame(spread.flatMap(rows), _SCHEMA)


def _part(body: bytes, file: LandedFile) -> bytes:
    offset = file.get("offset")
    return body if offset is None else body[offset : offset + file["bytes"]]


def _read(file: LandedFile) -> bytes:
    """A landed file on an executor: a local path, or an object of S3."""
    offset = file.get("offset")
    if not file["local"].startswith(("s3://", "s3a://")):
        with open(file["local"].removeprefix("file://"), "rb") as stream:  # noqa: PTH123
            stream.seek(offset or 0)
            return stream.read() if offset is None else stream.read(file["bytes"])
    import boto3  # noqa: PLC0415  Glue carries it; a laptop needs none.

    bucket, _, key = file["local"].split("://", 1)[1].partition("/")
    wanted = {}
    if offset is not None:
        wanted["Range"] = f"bytes={offset}-{offset + max(file['bytes'], 1) - 1}"
    found = boto3.client("s3").get_object(Bucket=bucket, Key=key, **wanted)
    return bytes(found["Body"].read())
