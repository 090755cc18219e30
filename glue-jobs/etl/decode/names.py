"""Names found in the input against those that a source declares."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from etl.errors import SourceError
from etl.plan import Column, Source


def input_name(column: Column) -> str:
    """The input's name of a declared column."""
    return column.get("from", column["name"]).strip()


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _missing(missing: Sequence[str], added: Sequence[str]) -> list[str]:
    faults = []
    for name in missing:
        near = difflib.get_close_matches(name, added, 1, 0.0)
        hint = f' (renamed to "{near[0]}"?)' if near else ""
        faults.append(f'column "{name}" is missing{hint}')
    return faults


def _needed(source: Source) -> set[str]:
    """The input's names of columns without which no row can be told or placed."""
    one = source.get("oneRowPer")
    wanted = {*(one["key"] if one else []), one.get("newest") if one else None}
    wanted |= {source.get("period"), source.get("watermark")}
    return {input_name(c) for c in source["columns"] if c["name"] in wanted}


def check_names(
    source: Source, found: Sequence[str], path: str
) -> tuple[list[str], list[str]]:
    """Compares the names found in a file with those that the source declares.

    :returns: the names that are added and missing, as the source's contract allows.
    :raises SourceError: that names what is missing, added and likely renamed.
    """
    contract = source.get("contract", "freeze")
    unused = [name.strip() for name in source["form"].get("unused", [])]
    columns = [c for c in source["columns"] if "origin" not in c]
    named = [input_name(column) for column in columns]
    declared = [name for name in named if not name.startswith("/")]
    names = [name.strip() for name in found]
    missing = [name for name in declared if name not in names]
    known = {*declared, *unused, ""}
    added = [name for name in names if name not in known]
    twice = [n for i, n in enumerate(names) if n != "" and names.index(n) != i]
    # A file that has none of the columns is another file.
    is_foreign = len(missing) == len(declared)
    needed = _needed(source)
    lost = [
        name for name in missing if contract != "evolve" or is_foreign or name in needed
    ]
    refused = added if contract == "freeze" else []
    faults = _missing(lost, added)
    if refused:
        plural, verb = ("column", "is") if len(refused) == 1 else ("columns", "are")
        faults.append(
            f"{plural} {_quoted(refused)} {verb} not declared: add to the source's "
            "columns, or to `unused`"
        )
    if twice:
        faults.append(f"{_quoted(twice)} occurs twice")
    if faults:
        raise SourceError(
            f"{'; '.join(faults)}. Found: {_quoted(names)}",
            source=source["name"],
            file=path,
            column=[*lost, *refused, *twice][0],
        )
    return added, missing
