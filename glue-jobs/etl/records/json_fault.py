"""What a JSON text holds for which its record is set aside, as in every engine."""

from __future__ import annotations

import json
import re
from typing import Any

#: Deeper nesting than any data have; not every parser can follow it.
MAX_DEPTH = 200
TOO_DEEP = f"nested more than {MAX_DEPTH} deep"
_SURROGATE = re.compile("[\ud800-\udfff]")
#: What may stand for a lone surrogate or for NUL.
_ODD = re.compile(r"[\ud800-\udfff]|\\u(?:[dD][89a-fA-F]|0000)")
_COLON = re.compile(r'["\s]:')
_NEXT = re.compile(r'[{}\[\]"]')
_TEXT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_KEY_END = re.compile(r"\s*:")


def _count_members(value: Any, depth: int = 1) -> float:
    """The members of a value at every depth; NaN beyond the greatest depth."""
    if not isinstance(value, dict | list):
        return 0
    if depth > MAX_DEPTH:
        return float("nan")
    if isinstance(value, list):
        return sum(_count_members(item, depth + 1) for item in value)
    inner = sum(_count_members(item, depth + 1) for item in value.values())
    return len(value) + inner


def _shown(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _odd_character(text: str) -> str | None:
    if _SURROGATE.search(text):
        return "a lone surrogate"
    return "a NUL character" if "\0" in text else None


def _find_fault(body: str) -> str | None:
    """Goes through a JSON text token by token, for the first fault in it."""
    names: list[set[str]] = []
    member = ""
    at = 0
    while found := _NEXT.search(body, at):
        at = found.end()
        if found[0] in "{[":
            names.append(set())
            if len(names) > MAX_DEPTH:
                return TOO_DEEP
        elif found[0] in "}]":
            names.pop()
        if found[0] != '"':
            continue
        whole = _TEXT.match(body, found.start())
        if whole is None:
            return None
        at = whole.end()
        text = json.loads(whole[0])
        odd = _odd_character(text)
        if not _KEY_END.match(body, at):
            if odd:
                return f"{odd} in the member {_shown(member)}"
            continue
        if odd:
            return f"{odd} in the name of a member"
        if text in names[-1]:
            return f"the member {_shown(text)} is there twice"
        names[-1].add(text)
        if len(names) == 1:
            member = text
    return None


def json_fault(body: str, value: Any) -> str | None:
    """What one reader refuses and another takes, or what no database stores.

    A member twice, a lone surrogate, NUL, endless nesting. Most texts are cleared
    by counting.

    :param value: what the text is, parsed.
    """
    if not _ODD.search(body):
        colons = sum(1 for _ in _COLON.finditer(body))
        if colons == _count_members(value):
            return None
    return _find_fault(body)
