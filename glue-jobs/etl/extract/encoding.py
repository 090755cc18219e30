"""Bytes as text, and whether they are what the source declares."""

from __future__ import annotations

from etl.errors import SourceError
from etl.sql import text

#: What browsers, and so the embedded engine, make of 0x80 to 0x9F: as Latin-1
#: where Windows-1252 has nothing. Java would lose these.
_CONTROLS = "".join(map(chr, range(0x80, 0xA0)))
_LETTERS = "".join(
    chr(code)
    if code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    else bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
)


def text_of(value: str, encoding: str) -> str:
    """The SQL of a text column's bytes as text."""
    if encoding == "utf-8":
        return value
    latin = f"decode(CAST({value} AS BINARY), 'ISO-8859-1')"
    return f"translate({latin}, {text(_CONTROLS)}, {text(_LETTERS)})"


#: Whether a line's `_bytes` are no UTF-8; whether they are not plain ASCII.
IS_BROKEN = "CAST(_bytes AS BINARY) <> encode(_bytes, 'UTF-8')"
IS_WIDE = "_bytes RLIKE '[^\\\\x00-\\\\x7F]'"


def plain_text(body: bytes, encoding: str) -> str:
    """Bytes as `text_of` has them."""
    if encoding == "utf-8":
        return body.decode("utf-8", "replace")
    return body.decode("latin-1").translate(str.maketrans(_CONTROLS, _LETTERS))


def refuse_encoding(body: bytes, path: str) -> None:
    """:raises SourceError: where the bytes are not UTF-8, with the first such line."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            "the text is not UTF-8: declare its encoding, such as windows-1252",
            file=path,
            line=body.count(b"\n", 0, error.start) + 1,
        ) from error
