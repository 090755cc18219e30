"""The plan and the request: read, checked against their schemas, and typed."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

import fastjsonschema

from etl.errors import DefinitionError

# Functional syntax: `from` is a word of Python.
Column = TypedDict(
    "Column",
    {
        "name": str,
        "type": str,
        "from": NotRequired[str],
        "nulls": NotRequired[list[str]],
        "pad": NotRequired[dict[str, Any]],
        "decimalMark": NotRequired[str],
        "thousands": NotRequired[str],
        "trueAs": NotRequired[list[str]],
        "falseAs": NotRequired[list[str]],
        "format": NotRequired[str | list[str]],
        "epoch": NotRequired[dict[str, str]],
        "origin": NotRequired[str],
    },
)


class OneRowPer(TypedDict):
    key: list[str]
    newest: NotRequired[str]


class Source(TypedDict):
    name: str
    kind: str
    form: dict[str, Any]
    columns: list[Column]
    period: NotRequired[str]
    watermark: NotRequired[str]
    keep: NotRequired[str]
    oneRowPer: NotRequired[OneRowPer]
    maxRejected: float
    contract: NotRequired[str]


Jdbc = dict[str, Any]


class Sql(TypedDict):
    file: str
    text: str
    spark: NotRequired[str]


class Table(TypedDict):
    name: str
    mode: str
    columns: list[Column]
    key: list[str]
    newest: NotRequired[str]
    partitionBy: dict[str, str]
    sortBy: list[str]
    sql: Sql


class Check(TypedDict):
    name: str
    relation: str
    severity: str
    rule: dict[str, Any]


class Plan(TypedDict):
    version: int
    pipeline: str
    sources: list[Source]
    tables: list[Table]
    checks: list[Check]


class Period(TypedDict):
    kind: str
    label: str
    first: str
    last: str


class LandedFile(TypedDict):
    path: str
    local: str
    offset: NotRequired[int]
    bytes: int
    records: int


class Published(TypedDict):
    columns: list[Column]
    files: list[str]
    rows: int
    period: str


class Request(TypedDict):
    run: str
    date: str
    period: Period
    sources: dict[str, list[LandedFile]]
    jdbc: NotRequired[dict[str, Jdbc]]
    published: dict[str, Published]
    settings: NotRequired[dict[str, Any]]


_VERSION = 1
_HERE = Path(__file__).resolve().parent


def _schema(name: str) -> dict[str, Any]:
    """A schema: beside the package where it was shipped, else in the project."""
    shipped, project = _HERE / name, _HERE.parents[1] / "core" / name
    loader: Any = globals().get("__loader__")
    if hasattr(loader, "get_data") and not shipped.exists() and not project.exists():
        # In a zip of `--extra-py-files`.
        return cast(dict[str, Any], json.loads(loader.get_data(str(shipped))))
    found = shipped if shipped.exists() else project
    return cast(dict[str, Any], json.loads(found.read_text("utf-8")))


@functools.cache
def _validator(name: str, part: str | None) -> Callable[[Any], Any]:
    schema = _schema(name)
    # The validator knows draft 7, of which these schemas use no more.
    schema.pop("$schema", None)
    schema.pop("$id", None)
    if part:
        schema["$ref"] = f"#/$defs/{part}"
    return cast(Callable[[Any], Any], fastjsonschema.compile(schema, use_default=False))


def _parse(body: str, what: str) -> Any:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise DefinitionError(f"the {what} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise DefinitionError(f"the {what} is no JSON object")
    return value


def _validate(value: Any, what: str, name: str, part: str | None = None) -> None:
    try:
        _validator(name, part)(value)
    except fastjsonschema.JsonSchemaException as error:
        reason = str(error).replace("data", what, 1)
        raise DefinitionError(
            f"the {what} is not as {name} has it: {reason}",
            pipeline=value.get("pipeline"),
        ) from error


def read_plan(body: str) -> Plan:
    """Parses a compiled plan.

    :raises DefinitionError: for another version than this job knows, and for
        whatever the schema does not allow.
    """
    plan = _parse(body, "plan")
    version = plan.get("version")
    if version != _VERSION:
        age = (
            "newer than this job: deploy the job of the same release"
            if isinstance(version, int) and version > _VERSION
            else "not one that this job knows"
        )
        raise DefinitionError(
            f"the plan has version {version!r}, which is {age} "
            f"(it knows version {_VERSION})",
            pipeline=plan.get("pipeline"),
        )
    _validate(plan, "plan", "plan.schema.json")
    return cast(Plan, plan)


def read_request(body: str) -> Request:
    """Parses what the job is asked.

    :raises DefinitionError: for whatever the schema does not allow.
    """
    request = _parse(body, "request")
    _validate(request, "request", "job.schema.json", "request")
    return cast(Request, request)
