"""Checks as SQL: what `core/checkSql.ts` makes of them, made Spark's."""

from __future__ import annotations

from typing import Any

from etl.plan import Check, Plan
from etl.sql import text, to_spark


def _literal(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return text(value) if isinstance(value, str) else repr(value)


def bad_row_condition(rule: dict[str, Any]) -> str | None:
    """True for a bad row, where a rule can be judged row by row."""
    kind = rule["kind"]
    if kind == "notNull":
        return " OR ".join(f"{column} IS NULL" for column in rule["columns"])
    if kind == "accepted":
        values = ", ".join(_literal(value) for value in rule["values"])
        return f"{rule['column']} NOT IN ({values})"
    if kind == "range":
        column = rule["column"]
        parts = [
            f"{column} {sign} {_literal(rule[bound])}"
            for sign, bound in (("<", "min"), (">", "max"))
            if bound in rule
        ]
        return " OR ".join(parts) or None
    return to_spark(rule["where"]) if kind == "badRows" else None


def check_sql(relation: str, rule: dict[str, Any]) -> str | None:
    """The SELECT of a check's bad rows; `None` for a rule about the whole table, and
    for `unique`, which is judged another way."""
    if rule["kind"] == "references":
        column, target = rule["column"], rule["target"]
        return (
            f"SELECT a.{column} FROM (SELECT DISTINCT {column} FROM {relation} "
            f"WHERE {column} IS NOT NULL) a WHERE NOT EXISTS "
            f"(SELECT 1 FROM {target} b WHERE b.{rule['targetColumn']} = a.{column})"
        )
    condition = bad_row_condition(rule)
    return condition and f"SELECT * FROM {relation} WHERE {condition}"


def key_checks(plan: Plan) -> list[Check]:
    """A declared key is checked, whether or not the definition says so again."""
    checked = {
        (check["relation"], tuple(check["rule"]["columns"]))
        for check in plan["checks"]
        if check["rule"]["kind"] == "unique"
    }
    return [
        {
            "name": f"unique {', '.join(table['key'])}",
            "relation": table["name"],
            "severity": "fail",
            "rule": {"kind": "unique", "columns": table["key"]},
        }
        for table in plan["tables"]
        if table["key"] and (table["name"], tuple(table["key"])) not in checked
    ]
