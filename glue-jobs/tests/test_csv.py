"""Lines taken apart as Python's own csv module does it."""

from __future__ import annotations

import csv
import io
import json
import logging
import random
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from etl.context import Context
from etl.decode.select import BAD, LINE, VALUE
from etl.extract.csv import CsvExtractor
from etl.files import Files
from etl.metrics import Metrics
from etl.plan import LandedFile, Plan, Request, Source

PLAN: Plan = {
    "version": 1,
    "pipeline": "lines",
    "sources": [],
    "tables": [],
    "checks": [],
}
DAY = "2024-05-01"
REQUEST: Request = {
    "run": "20240501T000000000Z-000000",
    "date": DAY,
    "period": {"kind": "day", "label": DAY, "first": DAY, "last": DAY},
    "sources": {},
    "published": {},
}
LINES = 3000
NAMES = ["a", "b", "c"]
HARD = [*" \t\x01\x1f\x7f\x0b\x0c#\\/-é😀", "\u0085", "\u2028", "\ufeff", "null", "0"]


def _lines(separator: str, quote: str, more: str) -> list[str]:
    """Records of one to five fields, some in quotes, that other readers may bend."""
    chance = random.Random(6)
    letters = [*HARD, *more, separator, quote, separator, quote]

    def field() -> str:
        body = "".join(chance.choices(letters, k=chance.randint(0, 5)))
        if chance.random() < 0.5:
            return quote + body.replace(quote, quote * 2) + quote
        return body.replace(quote, "").replace(separator, "") or "x"

    widths = [1, 2, 3, 3, 3, 3, 3, 3, 4, 5]
    return [
        separator.join(field() for _ in range(chance.choice(widths)))
        for _ in range(LINES)
    ]


def _bare(value: str) -> str | None:
    return value.strip(" \u00a0\u2003") or None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("separator", "quote", "more", "wide"),
    [
        (",", '"', "", 0),
        (";", "'", "", 0),
        ("\t", '"', "", 0),
        ("\\", "`", "", 0),
        (",", '"', "\0", 0),
        # More fields than the limit of Spark's own parser.
        (",", '"', "", 30_000),
    ],
)
def test_fields_are_those_of_pythons_csv(
    separator: str,
    quote: str,
    more: str,
    wide: int,
    end: str,
    spark: SparkSession,
    tmp_path: Path,
) -> None:
    lines = [*_lines(separator, quote, more), *([separator * wide] if wide else [])]
    path = tmp_path / "lines.csv"
    body = end.join([separator.join(NAMES), *lines, ""])
    path.write_text(body, "utf-8", newline="")
    source: Source = {
        "name": "lines",
        "kind": "files",
        "maxRejected": 1,
        "form": {
            "format": "csv",
            "encoding": "utf-8",
            "separator": separator,
            "quote": quote,
            "unused": [],
        },
        "columns": [{"name": name, "type": "string"} for name in NAMES],
    }
    file: LandedFile = {
        "path": path.name,
        "local": str(path),
        "bytes": len(body.encode()),
        "records": len(lines),
    }
    context = Context(
        *(spark, PLAN, REQUEST, str(tmp_path / "out"), Files(spark)),
        *(Metrics(), logging.getLogger("test")),
    )
    rows = CsvExtractor(context, source, [file]).rows(with_place=True).collect()
    found = {row[LINE]: row for row in rows}
    assert len(found) == len(lines)
    for number, line in enumerate(lines, 2):
        reader = csv.reader(
            io.StringIO(line, newline=""), delimiter=separator, quotechar=quote
        )
        fields = next(reader)
        row = found[number]
        assert (row[BAD] is None) == (_width(fields, line, separator) == 3), line
        if row[BAD] is None:
            got = [row[name] for name in NAMES]
            assert got == [_bare(value) for value in fields[:3]], json.dumps(line)
        else:
            assert row[VALUE].startswith("Expected Number of Columns: 3 Found: ")


def _width(fields: list[str], line: str, separator: str) -> int:
    """A separator at the end begins no field of its own, where there are enough."""
    ends = len(fields) == 4 and fields[3] == "" and line.endswith(separator)
    return 3 if ends else len(fields)
