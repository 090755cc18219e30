"""The plan's SQL over temporary views: tables, merged with what is published."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from etl.context import ETLBase
from etl.errors import TableError
from etl.loader import PERIOD, is_by_period, partition_values
from etl.plan import Published, Table
from etl.sql import ident, spark_type, text, to_spark

_WORD = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|([A-Za-z_]\w*)", re.DOTALL)
_DOT = re.compile(r"\s*\.")
_LINE = re.compile(r"\bline (\d+), pos")


def sql_of(table: Table) -> str:
    """The table's SELECT as Spark reads it."""
    own = table["sql"].get("spark")
    return own if own is not None else to_spark(table["sql"]["text"])


def names_in(sql: str, names: Iterable[str]) -> list[str]:
    """Every occurrence of the names as words of the SQL, outside of texts."""
    wanted = set(names)
    return [m[1] for m in _WORD.finditer(sql) if m[1] and m[1].lower() in wanted]


def relations_in(sql: str, names: Iterable[str]) -> list[str]:
    """Every place of the SQL that may read one of the relations.

    A name before a dot only says whose column follows.
    """
    wanted = set(names)
    return [
        m[1]
        for m in _WORD.finditer(sql)
        if m[1] and m[1].lower() in wanted and not _DOT.match(sql, m.end())
    ]


def _kind(kind: t.DataType) -> str:
    if isinstance(kind, t.IntegralType):
        return "whole number"
    if isinstance(kind, t.DecimalType):
        return "decimal"
    if isinstance(kind, t.DoubleType | t.FloatType):
        return "double"
    if isinstance(kind, t.TimestampType | t.TimestampNTZType):
        return "timestamp"
    return kind.simpleString()


_KINDS = {"int": "whole number", "bigint": "whole number"}


def _can_become(found: t.DataType, declared: str) -> bool:
    """A type may widen on its way into the table; it never changes its nature."""
    to = "decimal" if declared.startswith("decimal") else _KINDS.get(declared, declared)
    kind = _kind(found)
    return kind in (to, "void") or (
        kind == "whole number" and to in ("decimal", "double")
    )


def check_columns(found: t.StructType, table: Table) -> None:
    """Compares a SELECT's columns with what the table declares.

    :raises TableError: that names file, column, and what was expected.
    """
    place = {"table": table["name"], "file": table["sql"]["file"]}
    names = [field.name for field in found.fields]
    wanted = [column["name"] for column in table["columns"]]
    missing = [name for name in wanted if name not in names]
    extra = [name for name in names if name not in wanted]
    parts = []
    if missing:
        parts.append(f"lacks {', '.join(missing)}")
    if extra:
        parts.append(f"gives {', '.join(extra)}, which the table does not have")
    if parts:
        reason = f"the SELECT {' and '.join(parts)}: expected {', '.join(wanted)}"
        raise TableError(reason, **place, column=(missing or extra)[0])
    for i, (name, want) in enumerate(zip(names, wanted, strict=True)):
        if name != want:
            raise TableError(
                f"the SELECT gives {name} as column {i + 1}, expected {want}: the "
                f"order is {', '.join(wanted)}",
                **place,
                column=want,
            )
    for field, column in zip(found.fields, table["columns"], strict=True):
        if not _can_become(field.dataType, column["type"]):
            raise TableError(
                f"the SELECT gives {field.dataType.simpleString().upper()}, expected "
                f"{column['type']}",
                **place,
                column=column["name"],
            )


def explain(error: PySparkException, table: Table) -> TableError:
    """Spark's error about a table's SELECT, with its file and the line of it."""
    message = str(error)
    line = _LINE.search(message)
    reason = re.split(r"\n\s*\n|;\s*line \d+ pos|\n== SQL", message)[0]
    return TableError(
        " ".join(reason.split()),
        table=table["name"],
        file=table["sql"]["file"],
        line=int(line[1]) if line else None,
    )


class Transformer(ETLBase):
    """Makes a table's rows."""

    def make_run_view(self) -> None:
        """The one row that every SELECT can join: what the run is for."""
        request = self.context.request
        first = request["period"]["first"]
        self.spark.sql(
            f"SELECT {text(request['run'])} AS run_id, "
            f"DATE {text(request['date'])} AS run_date, DATE {text(first)} AS "
            f"period_first, DATE {text(request['period']['last'])} AS period_last, "
            f"{int(first[:4])} AS run_year, {int(first[5:7])} AS run_month"
        ).createOrReplaceTempView("run")

    def rows(self, table: Table) -> DataFrame:
        """The rows to publish.

        :raises TableError: where the SELECT is no SQL, or has other columns than
            the table; where it is run, at a row outside of the run's period.
        """
        try:
            selected = self.spark.sql(sql_of(table))
        except PySparkException as error:
            raise explain(error, table) from error
        check_columns(selected.schema, table)
        if table["mode"] == "merge":
            return self._merged(table, selected)
        return self._inside_period(table, selected)

    def _typed(self, table: Table) -> list[str]:
        return [
            f"CAST({ident(c['name'])} AS {spark_type(c['type'])}) AS {ident(c['name'])}"
            for c in table["columns"]
        ]

    def _inside_period(self, table: Table, rows: DataFrame) -> DataFrame:
        """Stops at a row outside of the period."""
        request = self.context.request
        values = partition_values(table, request["period"])
        if not values:
            return rows
        tests = [
            f"{ident(column)} <=> DATE {text(value)}"
            if table["partitionBy"][column] == "date"
            else f"{ident(column)} <=> {int(value)}"
            for column, value in values.items()
        ]
        shown = ", ', ', ".join(
            f"'{c}=', coalesce(CAST({ident(c)} AS STRING), 'NULL')" for c in values
        )
        label = text(f"a row lies outside of the period {request['period']['label']}: ")
        stop = f"raise_error(concat({label}, {shown}))"
        return rows.where(
            f"CASE WHEN {' AND '.join(tests)} THEN true "
            f"ELSE CAST({stop} AS BOOLEAN) END"
        )

    def _published(self, table: Table, published: Published) -> DataFrame:
        """The published rows, with NULL for columns that they do not have yet."""
        had = {column["name"] for column in published["columns"]}
        rows = self.spark.read.parquet(*published["files"])
        # Files of old may not tell the period of a row.
        period = ident(PERIOD) if PERIOD in rows.columns else text(published["period"])
        return rows.selectExpr(
            *(
                typed
                if column["name"] in had
                else f"CAST(NULL AS {spark_type(column['type'])}) "
                f"AS {ident(column['name'])}"
                for column, typed in zip(
                    table["columns"], self._typed(table), strict=True
                )
            ),
            *_period_of(table, period),
        )

    def _merged(self, table: Table, selected: DataFrame) -> DataFrame:
        """The published rows and the new ones, the newest for each key.

        At the same age the new row wins, so that a run can be repeated. Runs may
        so be of any periods in any order.
        """
        request = self.context.request
        published = request["published"].get(table["name"])
        own = _period_of(table, text(request["period"]["label"]))
        new = selected.selectExpr(*self._typed(table), *own)
        if not published or not published["files"]:
            return new
        old = self._published(table, published)
        # Both sides of each join read the new rows, which are made once.
        new = self.context.keep(new)
        same = [f"o.{ident(k)} <=> n.{ident(k)}" for k in table["key"]]
        o, n = old.alias("o"), new.alias("n")
        age = ident(table.get("newest", PERIOD))
        newer = f"coalesce(n.{age} >= o.{age} OR o.{age} IS NULL, false)"
        stays = o.join(n, _all([*same, newer]), "left_anti")
        comes = n.join(o, _all([*same, f"NOT {newer}"]), "left_anti")
        return stays.select("o.*").unionByName(comes.select("n.*"))


def _period_of(table: Table, period: str) -> list[str]:
    return [f"{period} AS {ident(PERIOD)}"] if is_by_period(table) else []


def _all(conditions: list[str]) -> Column:
    return f.expr(" AND ".join(f"({c})" for c in conditions))
