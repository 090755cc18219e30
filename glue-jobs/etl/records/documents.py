"""The records of landed JSON, value lists and plain text, as texts of their members."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from etl.errors import SourceError, TributaryError
from etl.plan import Column, LandedFile, Source
from etl.records.json_fault import TOO_DEEP, json_fault
from etl.records.scan_json import JsonText, scan_json
from etl.records.scan_values import scan_values


class _Number(str):
    """A number of a JSON text, as text."""

    __slots__ = ()


@dataclass(frozen=True)
class Document:
    """A record: its line, its raw text, and its members, unless it has a fault."""

    line: int
    raw: str
    members: dict[str, Any] | None
    page: dict[str, Any] | None = None
    why: str | None = None


def _whole(text: str) -> _Number:
    return _Number("0" if text == "-0" else text)


def _shortest(text: str) -> _Number:
    value = float(text)
    return _Number(repr(value) if math.isfinite(value) else text)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _parser(is_exact: bool) -> Callable[[str], Any]:
    """Parses JSON, numbers as texts: as written, or as the nearest double has it."""
    if is_exact:
        decoder = json.JSONDecoder(
            parse_int=_Number, parse_float=_Number, parse_constant=_refuse
        )
    else:
        decoder = json.JSONDecoder(
            parse_int=_whole, parse_float=_shortest, parse_constant=_refuse
        )

    def parse(text: str) -> Any:
        return decoder.decode(text)

    return parse


def dump(value: Any) -> str:
    """JSON as `JSON.stringify` writes it; numbers as they stand."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{dump(k)}:{dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def as_text(value: Any) -> str | None:
    """A member's value as the text that is decoded."""
    if value is None:
        return None
    found = str(value) if isinstance(value, str) else dump(value)
    return _LONE_SURROGATE.sub("\ufffd", found)


def _escaped(surrogate: re.Match[str]) -> str:
    return f"\\u{ord(surrogate[0]):04x}"


_MOST_NAMES = 5


def _in_words(value: Any) -> str:
    """What a page is that is no list, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if not isinstance(value, dict):
        return "a number" if isinstance(value, _Number) else "a string"
    names = ", ".join(dump(name) for name in list(value)[:_MOST_NAMES])
    more = ", …" if len(value) > _MOST_NAMES else ""
    return f"an object of {names}{more}" if value else "an empty object"


def _open_page(
    page: JsonText, member: str | None, parse: Callable[[str], Any]
) -> tuple[list[Any], dict[str, Any] | None]:
    """A page's records, and its other members; one that is a list has none."""
    try:
        parsed = parse(page.raw)
    except (ValueError, RecursionError) as cause:
        raise SourceError("the page is not JSON", line=page.line) from cause
    if member is None:
        if isinstance(parsed, list):
            return parsed, None
        raise SourceError(
            f"the page is {_in_words(parsed)}, and no list: is it an error page, or "
            "are its records in a member (`records`)?",
            line=page.line,
        )
    records = parsed.get(member) if isinstance(parsed, dict) else None
    if not isinstance(records, list):
        why = (
            "it is a list itself, which needs no `records`"
            if isinstance(parsed, list)
            else "is it an error page?"
        )
        raise SourceError(
            f'the page has no list "{member}": {why}',
            line=page.line,
            column=member,
        )
    return records, {k: v for k, v in parsed.items() if k != member}


def _document(
    line: int,
    raw: str,
    value: Any,
    page: dict[str, Any] | None = None,
    why: str | None = None,
) -> Document:
    if not isinstance(value, dict):
        return Document(line, raw, None, page, "not a JSON object")
    fault = why or json_fault(raw, value)
    return Document(line, raw, None if fault else value, page, fault)


def _of_texts(line: int, raw: str, members: dict[str, str]) -> Document:
    fault = json_fault(dump(members), members)
    return Document(line, raw, None if fault else members, None, fault)


def _page_records(page: JsonText, member: str | None) -> Iterator[Document]:
    records, rest = _open_page(page, member, _parser(is_exact=True))
    fault = None if rest is None else json_fault(dump(rest), rest)
    of_page = f"of its page: {fault}" if fault else None
    for i, record in enumerate(records, 1):
        yield _document(i, dump(record), record, rest, of_page)


def _pages(lines: Sequence[str], member: str | None) -> Iterator[Document]:
    for page in scan_json(lines):
        yield from _page_records(page, member)


def _json_documents(lines: Sequence[str], is_exact: bool) -> Iterator[Document]:
    parse = _parser(is_exact)
    for record in scan_json(lines):
        value, why = None, None
        try:
            value = parse(record.raw)
        except ValueError:
            pass
        except RecursionError:
            value, why = {}, TOO_DEEP
        yield _document(record.line, record.raw, value, why=why)


def documents(source: Source, path: str, lines: Sequence[str]) -> Iterator[Document]:
    """The records of one file, in order.

    :raises SourceError: that names the file, where it cannot be taken apart.
    """
    form = source["form"]
    try:
        if form["format"] == "json" and "records" in form:
            yield from _pages(lines, form["records"])
        elif form["format"] == "json":
            is_exact = any(c["type"].startswith("decimal") for c in source["columns"])
            yield from _json_documents(lines, is_exact)
        elif form["format"] == "values":
            for entry in scan_values(lines, form["block"]):
                members = {"code": entry.code, "label": entry.label}
                yield _of_texts(entry.line, entry.raw, members)
        else:
            whole = "\n".join(lines)
            yield _of_texts(1, whole, {"text": whole})
    except TributaryError as error:
        raise error.within(source=source["name"], file=path) from error


def decode_lines(body: bytes, path: str) -> list[str]:
    """A file's lines, without their ends.

    :raises SourceError: where the bytes are not UTF-8, with the line.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            "the text is not UTF-8: declare its encoding, such as windows-1252",
            file=path,
            line=body.count(b"\n", 0, error.start) + 1,
        ) from error
    return re.split(r"\r?\n", text.removeprefix("\ufeff"))


def member_of(source: Source, column: Column) -> str:
    """The member to read; of a whole file it is the text, if none is named."""
    if source["form"]["format"] == "text" and "from" not in column:
        return "text"
    return (column.get("from") or column["name"]).strip()


#: Number in the file, line, raw text (if wanted), texts, why it cannot be used.
Row = tuple[int, int, int, str | None, list[str | None], str | None]


def document_rows(
    source: Source, file: LandedFile, index: int, body: bytes, with_raw: bool
) -> Iterator[Row]:
    """The records of one file as rows of texts, in the order of the columns.

    A column that is the record's place has the path.
    """
    wanted: list[str | None] = [
        None if "origin" in column else member_of(source, column)
        for column in source["columns"]
    ]
    lines = decode_lines(body, file["path"])
    for n, found in enumerate(documents(source, file["path"], lines)):
        page = found.page or {}
        members = found.members or {}
        texts = [
            file["path"]
            if name is None
            else as_text(page.get(name[1:]) if name[0] == "/" else members.get(name))
            for name in wanted
        ]
        raw = _LONE_SURROGATE.sub(_escaped, found.raw) if with_raw else None
        yield index, n, found.line, raw, texts, found.why


def member_names(source: Source, file: LandedFile, body: bytes) -> dict[str, None]:
    """The members that a file's records have, in the order of their appearance."""
    names: dict[str, None] = {}
    lines = decode_lines(body, file["path"])
    for found in documents(source, file["path"], lines):
        names.update(dict.fromkeys(found.members or {}))
    return names
