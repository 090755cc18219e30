"""Rows of tables and files, to be compared as sets with repeats."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from etl.sql import ident, spark_type

_NEAR = 1e-9
Row = tuple[tuple[Any, ...], tuple[float | None, ...]]


def _split(row: Iterable[Any], doubles: list[bool]) -> Row:
    values = list(row)
    exact = tuple(v for v, d in zip(values, doubles, strict=True) if not d)
    near = tuple(v for v, d in zip(values, doubles, strict=True) if d)
    return exact, near


def _texts(frame: DataFrame, columns: list[dict[str, Any]]) -> list[Row]:
    """All values as text of the declared type, doubles as numbers."""
    selected = frame.selectExpr(
        *(
            f"CAST({ident(c['name'])} AS {spark_type(c['type'])}) AS {ident(c['name'])}"
            for c in columns
        )
    ).selectExpr(
        *(
            ident(c["name"])
            if c["type"] == "double"
            else f"CAST({ident(c['name'])} AS STRING)"
            for c in columns
        )
    )
    doubles = [c["type"] == "double" for c in columns]
    return [_split(row, doubles) for row in selected.collect()]


def written_rows(
    spark: SparkSession,
    out: Path,
    result: dict[str, Any],
    columns: list[dict[str, Any]],
) -> list[Row]:
    """The rows of a written table, its partition values with them."""
    files = [str(out / name) for name in result["files"]]
    frame = spark.read.option("recursiveFileLookup", "true").parquet(*files)
    for name, value in result["values"].items():
        frame = frame.selectExpr("*", f"'{value}' AS {ident(name)}")
    return _texts(frame, columns)


def expected_rows(file: Path, columns: list[dict[str, Any]]) -> list[Row]:
    """The rows of a golden CSV file; empty means NULL."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    doubles = [c["type"] == "double" for c in columns]
    return [
        _split((_value(row[c["name"]], c["type"]) for c in columns), doubles)
        for row in rows
    ]


def _value(text: str, kind: str) -> Any:
    if text == "":
        return None
    if kind == "double":
        return float(text)
    if kind.startswith("decimal"):
        scale = int(kind.split(",")[1].rstrip(")"))
        return str(Decimal(text).quantize(Decimal(1).scaleb(-scale)))
    if kind == "timestamp":
        return text.rstrip("0").rstrip(".") if "." in text else text
    return text


def _is_near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return a == b or math.isclose(a, b, rel_tol=_NEAR, abs_tol=0)


def differences(found: list[Row], expected: list[Row]) -> tuple[list[Row], list[Row]]:
    """What each side has that the other has not; doubles need only be near."""
    waiting: dict[tuple[Any, ...], list[tuple[float | None, ...]]] = defaultdict(list)
    for exact, near in expected:
        waiting[exact].append(near)
    more: list[Row] = []
    for exact, near in found:
        partners = waiting[exact]
        for i, other in enumerate(partners):
            if all(map(_is_near, near, other)):
                del partners[i]
                break
        else:
            more.append((exact, near))
    less = [(exact, near) for exact, nears in waiting.items() for near in nears]
    return more, less


def rejects(file: Path) -> list[str]:
    """The records of a quarantine file, each as text, sorted."""
    if not file.exists():
        return []
    lines = file.read_text("utf-8").splitlines()
    return sorted(json.dumps(json.loads(line), sort_keys=True) for line in lines)
