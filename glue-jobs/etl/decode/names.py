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


def check_names(source: Source, found: Sequence[str], path: str) -> None:
    """Compares the names found in a file with those that the source declares.

    :raises SourceError: that names what is missing, added and likely renamed.
    """
    unused = [name.strip() for name in source["form"].get("unused", [])]
    columns = [c for c in source["columns"] if "origin" not in c]
    named = [input_name(column) for column in columns]
    declared = [name for name in named if not name.startswith("/")]
    names = [name.strip() for name in found]
    missing = [name for name in declared if name not in names]
    known = {*declared, *unused, ""}
    added = [name for name in names if name not in known]
    twice = [n for i, n in enumerate(names) if n != "" and names.index(n) != i]
    faults = _missing(missing, added)
    if added:
        plural, verb = ("column", "is") if len(added) == 1 else ("columns", "are")
        faults.append(
            f"{plural} {_quoted(added)} {verb} not declared: add to the source's "
            "columns, or to `unused`"
        )
    if twice:
        faults.append(f"{_quoted(twice)} occurs twice")
    if faults:
        raise SourceError(
            f"{'; '.join(faults)}. Found: {_quoted(names)}",
            source=source["name"],
            file=path,
            column=[*missing, *added, *twice][0],
        )
