"""Checks on what was written: bad rows are counted, and the first shown."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pyspark.errors import PySparkException
from pyspark.sql import Row

from etl.check_sql import bad_row_condition, check_sql
from etl.context import ETLBase
from etl.errors import CheckError
from etl.plan import Check
from etl.repeated import COUNT, repeated
from etl.sql import ident

_SHOWN = 3
Finding = tuple[int, str | None]


def _shown(value: Any) -> str:
    """A value as the embedded engine shows it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()[:10]
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
        )
    return str(value)


def _show(rows: Iterable[Row]) -> str:
    return "; ".join(
        " ".join(f"{name}={_shown(value)}" for name, value in row.asDict().items())
        for row in rows
    )


def row_count_finding(rule: dict[str, Any], rows: int, before: int | None) -> Finding:
    """Bounds on a number of rows, and against those published before."""
    least, most, drop = rule.get("min"), rule.get("max"), rule.get("maxDrop")
    if least is not None and rows < least:
        return 1, f"{rows} rows, expected at least {least}"
    if most is not None and rows > most:
        return 1, f"{rows} rows, expected at most {most}"
    if drop is not None and before and rows < before * (1 - drop):
        return 1, f"{rows} rows after {before}: a drop beyond {drop}"
    return 0, None


def result_of(check: Check, bad_rows: int, detail: str | None = None) -> dict[str, Any]:
    """A check's result, as the ledger has it."""
    return {
        "check": check["name"],
        "relation": check["relation"],
        "severity": check["severity"],
        "passed": bad_rows == 0,
        "badRows": bad_rows,
        **({} if detail is None else {"detail": detail}),
    }


class Checker(ETLBase):
    """Runs the checks of one relation, its row-wise ones in a single scan."""

    def judge(
        self, relation: str, checks: list[Check], rows: int | None
    ) -> tuple[int, list[dict[str, Any]]]:
        """Judges a relation's checks.

        :param rows: how many rows it has, if that is known.
        :returns: the number of rows, and the results in the order of the checks.
        :raises CheckError: that names the check that cannot be run.
        """
        conditions = [bad_row_condition(check["rule"]) for check in checks]
        counted = (
            self._count(relation, checks, conditions)
            if rows is None or any(conditions)
            else None
        )
        total = counted[-1] if counted else rows or 0
        results = []
        for i, check in enumerate(checks):
            try:
                known = counted[i] if counted and conditions[i] else None
                bad, detail = self._finding(relation, check, known, total)
            except PySparkException as cause:
                raise _failed(check, cause) from cause
            results.append(result_of(check, bad, detail))
        return total, results

    def _count(
        self, relation: str, checks: list[Check], conditions: list[str | None]
    ) -> list[int]:
        """The bad rows of each row-wise check, and at the end all rows."""
        counts = [f"count_if({c})" if c else "0L" for c in conditions]

        def run(of: list[str]) -> list[int]:
            sql = f"SELECT {', '.join(of)} FROM {ident(relation)}"
            return [int(n) for n in self.spark.sql(sql).collect()[0]]

        try:
            return run([*counts, "count(*)"])
        except PySparkException:
            # One by one, to name the check that cannot be run.
            for check, count in zip(checks, counts, strict=True):
                try:
                    run([count])
                except PySparkException as cause:
                    raise _failed(check, cause) from cause
            raise

    def _finding(
        self, relation: str, check: Check, known: int | None, rows: int
    ) -> Finding:
        rule = check["rule"]
        if rule["kind"] == "rowCount":
            before = self.context.request["published"].get(relation)
            return row_count_finding(rule, rows, before and before["rows"])
        if rule["kind"] == "freshness":
            return self._freshness(relation, rule)
        if rule["kind"] == "unique":
            return self._repeated(relation, rule["columns"], rows)
        sql = check_sql(relation, rule)
        if sql is None or known == 0:
            return 0, None
        bad = self.spark.sql(sql)
        if known is None:
            # To group all rows again, only to show three, would take as long again.
            bad = self.context.keep(bad)
            known = bad.count()
        if known == 0:
            return 0, None
        return known, _show(bad.limit(_SHOWN).collect())

    def _repeated(self, relation: str, columns: list[str], rows: int) -> Finding:
        found = repeated(self.context, self.spark.table(relation), columns, rows)
        if found is None:
            return 0, None
        shown = found.withColumnRenamed(COUNT, "occurrences")
        return found.count(), _show(shown.limit(_SHOWN).collect())

    def _freshness(self, relation: str, rule: dict[str, Any]) -> Finding:
        last = self.context.request["period"]["last"]
        newest = f"CAST(max({ident(rule['column'])}) AS TIMESTAMP_NTZ)"
        end = (
            f"TIMESTAMP_NTZ '{last} 00:00:00' + INTERVAL 1 DAY - "
            f"make_dt_interval(0, 0, 0, {rule['within']})"
        )
        row = self.spark.sql(
            f"SELECT CAST(max({ident(rule['column'])}) AS STRING) AS newest, "
            f"coalesce({newest} < {end}, true) AS late FROM {ident(relation)}"
        ).collect()[0]
        if not row["late"]:
            return 0, None
        return 1, (
            f"the newest {rule['column']} is {row['newest'] or 'missing'}, more than "
            f"{rule['within']} s before the end of {last}"
        )


def _failed(check: Check, cause: PySparkException) -> CheckError:
    reason = " ".join(str(cause).split("\n\n")[0].split())
    return CheckError(
        f'check "{check["name"]}" could not be run: {reason}', table=check["relation"]
    )
