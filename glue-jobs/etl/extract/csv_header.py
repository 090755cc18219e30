"""The first lines of CSV files: the columns' names, and which files share them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from etl.errors import SourceError
from etl.extract.csv_line import CsvLine
from etl.extract.encoding import plain_text, refuse_encoding
from etl.files import Files
from etl.plan import LandedFile

_HEADER_BYTES = 1 << 16


@dataclass(frozen=True)
class Group:
    """Files with the same header, read by one scan."""

    header: tuple[str, ...]
    files: tuple[int, ...]
    #: The header's lines as they are written, which may differ in blanks.
    lines: frozenset[str]


def read_header(
    files: Files, file: LandedFile, line: CsvLine, encoding: str
) -> tuple[tuple[str, ...], str]:
    """The names of a file's columns, and its first line.

    :raises SourceError: where that is no header.
    """
    body = files.read(file["local"], 0, _HEADER_BYTES)
    place = {"file": file["path"], "line": 1}
    body = body.removeprefix(b"\xef\xbb\xbf")
    if body[:1] in (b"\r", b"\n"):
        raise SourceError("the first line is blank, not a header", **place)
    first, *_ = body.split(b"\n", 1)
    if encoding == "utf-8":
        refuse_encoding(first, file["path"])
    head = body.decode("utf-8" if encoding == "utf-8" else "cp1252", "replace")
    try:
        reader = csv.reader(
            io.StringIO(head, newline=""),
            delimiter=line.separator,
            quotechar=line.quote,
            strict=True,
        )
        names = tuple(name.strip() for name in next(reader, []))
    except csv.Error as error:
        raise SourceError(f"the header is not CSV: {error}", **place) from error
    return names, plain_text(first, encoding).removesuffix("\r")
