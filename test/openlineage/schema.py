"""Writes schema.json: the JSON schema of the OpenLineage events that are used.

The specification's own JSON files are in no package. The official client is:
its classes are generated from them, with every property, whether it is needed,
its type and the address of its schema. Run with

    pip install openlineage-python==1.54.0 && python test/openlineage/schema.py

The classes are Copyright the OpenLineage contributors, Apache-2.0.
"""

import importlib
import json
import re
import typing
from importlib.metadata import version
from pathlib import Path

import attr
from openlineage.client import event_v2
from openlineage.client.generated import base

FACETS = {
    "run": {"nominalTime": "nominal_time_run", "parent": "parent_run",
            "errorMessage": "error_message_run"},
    "job": {"jobType": "job_type_job", "sql": "sql_job",
            "documentation": "documentation_job"},
    "dataset": {"schema": "schema_dataset",
                "columnLineage": "column_lineage_dataset"},
    "input": {"inputStatistics": "input_statistics_input_dataset"},
    "output": {"outputStatistics": "output_statistics_output_dataset"},
}
# Said in the documentation of the classes, and judged by their validators.
FORMATS = {"runId": "uuid", "eventTime": "date-time",
           "nominalStartTime": "date-time", "nominalEndTime": "date-time",
           "producer": "uri", "_producer": "uri"}
SIMPLE = {str: "string", int: "integer", bool: "boolean", float: "number"}


def type_schema(name, hint, module):
    if name in FORMATS:
        return {"type": "string", "format": FORMATS[name]}
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint in SIMPLE:
        return {"type": SIMPLE[hint]}
    if origin is list:
        return {"type": "array", "items": type_schema("", args[0], module)}
    if origin is dict:
        return {"type": "object",
                "additionalProperties": type_schema("", args[1], module)}
    if args:  # A union with None: the property may be left out.
        rest = [a for a in args if a is not type(None)]
        return type_schema("", rest[0], module)
    if attr.has(hint):
        return class_schema(hint)
    return {"enum": [member.value for member in hint]}


def class_schema(cls):
    module = importlib.import_module(cls.__module__)
    if getattr(class_schema, "stack", ()).count(cls):
        return {"type": "object"}
    class_schema.stack = (*getattr(class_schema, "stack", ()), cls)
    names = {**vars(typing), **vars(base), **vars(module)}
    hints = typing.get_type_hints(cls, names)
    properties, required = {}, []
    for field in attr.fields(cls):
        if field.name == "facets" or field.name.endswith("Facets"):
            continue
        properties[field.name] = type_schema(field.name, hints[field.name], module)
        if field.default is attr.NOTHING or field.name in ("_producer", "producer"):
            required.append(field.name)
    for key in ("_schemaURL", "schemaURL"):
        if key in properties:
            properties[key] = {"const": cls._get_schema()}
            required.append(key)
    class_schema.stack = class_schema.stack[:-1]
    return {"type": "object", "properties": properties, "required": required,
            "additionalProperties": False}


def facet_class(module_name):
    module = importlib.import_module(f"openlineage.client.generated.{module_name}")
    name = re.sub("_", "", module_name) + "facet"
    return next(c for n, c in vars(module).items() if n.lower() == name)


def with_facets(cls, **kinds):
    schema = class_schema(cls)
    for key, kind in kinds.items():
        schema["properties"][key] = {
            "type": "object",
            "properties": {n: class_schema(facet_class(m))
                           for n, m in FACETS[kind].items()},
            "additionalProperties": False,
        }
    return schema


run_event = class_schema(base.RunEvent if hasattr(base, "RunEvent") else event_v2.RunEvent)
run_event["properties"] |= {
    "run": with_facets(base.Run, facets="run"),
    "job": with_facets(base.Job, facets="job"),
    "inputs": {"type": "array", "items": with_facets(
        base.InputDataset, facets="dataset", inputFacets="input")},
    "outputs": {"type": "array", "items": with_facets(
        base.OutputDataset, facets="dataset", outputFacets="output")},
}
run_event["required"].append("eventType")
made = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$comment": "Made by schema.py from openlineage-python "
                f"{version('openlineage-python')}, Apache-2.0",
    **run_event,
}
path = Path(__file__).with_name("schema.json")
path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")
