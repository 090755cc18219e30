"""Landed Parquet: read in place, each reader taking only its columns."""

from __future__ import annotations

import datetime
import json
import math
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, cast

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, Row
from pyspark.sql.types import StructField, StructType

from etl.decode.names import input_name
from etl.decode.physical import (
    MISSING,
    ColumnSql,
    from_physical,
    from_text,
    type_name,
)
from etl.decode.select import AT, FILE, LINE, RAW, decode_select
from etl.errors import SourceError
from etl.extract.base import Extractor
from etl.extract.places import with_file_index
from etl.plan import Column, LandedFile
from etl.sql import ident

_FOOTERS_AT_ONCE = 8


def _first_line(error: Exception) -> str:
    """What went wrong at the bottom: what Python says of Java names no cause."""
    message = str(error)
    if isinstance(error, Py4JJavaError):
        cause: Any = error.java_exception
        while cause.getCause() is not None:
            cause = cause.getCause()
        message = str(cause.getMessage())
    return message.strip().split("\n")[0]


def _odd_name(annotation: str) -> str | None:
    """The other engine's name of a type that Spark does not read."""
    if annotation.startswith("TIMESTAMP(NANOS"):
        return "TIMESTAMP_NS"
    if annotation.startswith("TIME("):
        return "TIME WITH TIME ZONE" if annotation.endswith("true)") else "TIME"
    return None


def _json_number(value: float) -> str:
    """A double as the other engine's JSON has it: no exponent below 1e21."""
    if not math.isfinite(value):
        return json.dumps(value)
    shown = repr(value)
    if "e" not in shown or abs(value) >= 1e21 or 0 < abs(value) < 1e-6:
        return shown.replace("e+", "e").replace("e-0", "e-")
    plain = format(Decimal(shown), "f")
    return plain if "." in plain else f"{plain}.0"


def _json(value: Any) -> str:
    if isinstance(value, float):
        return _json_number(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date | datetime.datetime):
        return json.dumps(str(value))
    return json.dumps(value, ensure_ascii=False)


class ParquetExtractor(Extractor):
    """Parquet files, whose physical types may become the declared ones or not."""

    is_costly = False

    def _schema(self, file: LandedFile) -> StructType:
        try:
            return self.spark.read.parquet(file["local"]).schema
        except (PySparkException, Py4JJavaError) as cause:
            self._refuse_odd_types(file)
            raise SourceError(
                f"the file is no whole Parquet file: {_first_line(cause)}",
                source=self.source["name"],
                file=file["path"],
            ) from cause

    def _odd_types(self, file: LandedFile) -> dict[str, str]:
        """Columns of types that Spark does not read, from the file's own footer."""
        context = self.spark.sparkContext
        jvm: Any = context._jvm
        conf = cast(Any, context)._jsc.hadoopConfiguration()
        path = jvm.org.apache.hadoop.fs.Path(file["local"])
        hadoop = jvm.org.apache.parquet.hadoop
        try:
            place = hadoop.util.HadoopInputFile.fromPath(path, conf)
            reader = hadoop.ParquetFileReader.open(place)
        except Py4JJavaError:
            return {}
        try:
            fields = reader.getFooter().getFileMetaData().getSchema().getFields()
            kinds = {f.getName(): str(f.getLogicalTypeAnnotation()) for f in fields}
        finally:
            reader.close()
        odd = {name: _odd_name(kind) for name, kind in kinds.items()}
        return {name: kind for name, kind in odd.items() if kind}

    def _refuse_odd_types(self, file: LandedFile) -> None:
        declared = {input_name(column): column for column in self.source["columns"]}
        for name, kind in self._odd_types(file).items():
            column = declared.get(name)
            wanted = (
                f"{column['name']} is declared as {column['type']}"
                if column
                else "Spark reads no file with that type"
            )
            raise SourceError(
                f'column "{name}" is {kind} in the file, but {wanted}',
                source=self.source["name"],
                file=file["path"],
                column=column["name"] if column else name,
            )

    def _check_types(
        self,
        file: LandedFile,
        found: dict[str, str],
        first: dict[str, tuple[str, str]],
    ) -> None:
        """All files are read with the types of the first one that has the column."""
        for column in self.source["columns"]:
            name = input_name(column)
            kind = found.get(name)
            if kind is None:
                # The contract has let it pass.
                continue
            place = {
                "source": self.source["name"],
                "file": file["path"],
                "column": column["name"],
            }
            if from_physical(name, kind, column) is None:
                raise SourceError(
                    f'column "{name}" is {kind or "of another type"} in the file, but '
                    f"{column['name']} is declared as {column['type']}",
                    **place,
                )
            before, path = first.setdefault(name, (kind, file["path"]))
            if kind != before:
                raise SourceError(
                    f'column "{name}" is {kind} in this file, but {before} in {path}',
                    **place,
                )

    def _types(self) -> tuple[dict[str, str], StructType]:
        with ThreadPoolExecutor(_FOOTERS_AT_ONCE) as pool:
            schemas = list(pool.map(self._schema, self.files))
        found = [{f.name: type_name(f.dataType) for f in s.fields} for s in schemas]
        first: dict[str, tuple[str, str]] = {}
        for file, types in zip(self.files, found, strict=True):
            self.check_names(list(types), file["path"])
            self._check_types(file, types, first)
        fields: dict[str, StructField] = {}
        for schema in schemas:
            for field in schema.fields:
                fields.setdefault(field.name, field)
        kinds = {name: kind for name, (kind, _) in first.items()}
        return kinds, StructType([fields[name] for name in kinds])

    def rows(self, *, with_place: bool) -> DataFrame:
        types, schema = self._types()
        reader = self.spark.read.schema(schema)
        found = reader.parquet(*(file["local"] for file in self.files))
        names = [input_name(column) for column in self.source["columns"]]
        there = [name for name in dict.fromkeys(names) if name in types]
        self._doubles = {
            column["name"]
            for column, name in zip(self.source["columns"], names, strict=True)
            if types.get(name) in ("DOUBLE", "FLOAT")
        }
        carry: list[str] = []
        if with_place:
            members = ", ".join(ident(name) for name in there)
            found = found.selectExpr(
                *(ident(name) for name in there),
                "_metadata.file_path AS _path",
                f"_metadata.row_index AS {AT}",
                f"_metadata.row_index + 1 AS {LINE}",
                f"struct({members}) AS {RAW}",
            )
            found = with_file_index(self.context.files, found, self.files)
            carry = [FILE, AT, LINE, RAW]
        columns: list[tuple[Column, ColumnSql]] = [
            (
                column,
                cast(ColumnSql, from_physical(ident(name), types[name], column))
                if name in types
                else from_text(MISSING, column),
            )
            for column, name in zip(self.source["columns"], names, strict=True)
        ]
        return decode_select(found, columns, carry)

    def shown(self, raw: object) -> str:
        """The columns that are read, as JSON."""
        members = cast(Row, raw).asDict()
        body = ",".join(f"{_json(k)}:{_json(v)}" for k, v in members.items())
        return "{" + body + "}"
