"""What becomes of a source's records: their states, and how many are in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as f

from etl.check_sql import bad_row_condition
from etl.context import Context
from etl.decode.select import BAD, CHUNK
from etl.extract.base import Extractor
from etl.extract.trust import IS_HEADER, look_metrics
from etl.plan import Source
from etl.sql import ident, text, to_spark

#: -1: does not decode; 0: dropped; 1: used; from `_FIRST_RULE` on: set aside by a
#: check. NULL: no record.
STATE = "_state"
IS_USED = f"{STATE} = 1"
_FIRST_RULE = 2
IS_REJECTED = f"({STATE} = -1 OR {STATE} >= {_FIRST_RULE})"


@dataclass(frozen=True)
class Rule:
    """A quarantine check of a source, as a condition on its columns."""

    name: str
    where: str


@dataclass(frozen=True)
class Counts:
    """What becomes of a source's records, before duplicates are set aside."""

    landed: int
    bad: int
    dropped: int
    by_rule: tuple[int, ...]
    #: Where the rejected ones lie; None where the extractor cannot tell.
    chunks: frozenset[int] | None = None


def _rules_of(context: Context, source: Source) -> list[Rule]:
    """The quarantine checks that are judged row by row."""
    found = []
    for check in context.plan["checks"]:
        where = bad_row_condition(check["rule"])
        is_ours = check["relation"] == source["name"]
        if is_ours and check["severity"] == "quarantine" and where:
            found.append(Rule(check["name"], where))
    return found


def _keep_condition(context: Context, source: Source) -> str | None:
    """What a record must be to be kept, besides decoding."""
    parts = [f"({to_spark(source['keep'])})"] if "keep" in source else []
    if "period" in source:
        period = context.request["period"]
        parts.append(
            f"CAST({ident(source['period'])} AS DATE) BETWEEN "
            f"DATE {text(period['first'])} AND DATE {text(period['last'])}"
        )
    return " AND ".join(parts) or None


class States:
    """Judges a source's rows one by one, and counts what was found."""

    def __init__(self, context: Context, extractor: Extractor) -> None:
        self._extractor = extractor
        self._rules = _rules_of(context, extractor.source)
        self._keep = _keep_condition(context, extractor.source)

    def sql(self) -> str:
        """A row's state."""
        keep = f"WHEN NOT coalesce({self._keep}, false) THEN 0" if self._keep else ""
        rules = " ".join(
            f"WHEN ({rule.where}) <=> true THEN {i + _FIRST_RULE}"
            for i, rule in enumerate(self._rules)
        )
        header = f"WHEN {IS_HEADER} THEN NULL" if self._extractor.on_trust else ""
        return f"CASE {header} WHEN {BAD} IS NOT NULL THEN -1 {keep} {rules} ELSE 1 END"

    def rule_of(self, state: int) -> str | None:
        """The name of the check that a rejected row's state stands for, if any."""
        return self._rules[state - _FIRST_RULE].name if state > 0 else None

    def metrics(self) -> list[SparkColumn]:
        """What `counts` has to be told, as aggregates over all rows."""
        states = [-1, 0, *(i + _FIRST_RULE for i in range(len(self._rules)))]
        # A text, since PySpark gives what is observed as numbers and texts only.
        chunks = (
            f"array_join(collect_set(CASE WHEN {IS_REJECTED} "
            f"THEN CAST({CHUNK} AS STRING) END), ',')"
        )
        return [
            f.count(STATE).alias("landed"),
            *(look_metrics() if self._extractor.on_trust else []),
            *(f.expr(f"count_if({STATE} = {s})").alias(f"s{s}") for s in states),
            *([f.expr(chunks).alias("chunks")] if self._extractor.has_chunks else []),
        ]

    def counts(self, found: dict[str, Any]) -> Counts:
        """The counts from what `metrics` gave."""
        by_rule = tuple(found[f"s{i + _FIRST_RULE}"] for i in range(len(self._rules)))
        chunks: str | None = found.get("chunks")
        where = (
            None
            if chunks is None
            else frozenset(map(int, filter(None, chunks.split(","))))
        )
        return Counts(found["landed"], found["s-1"], found["s0"], by_rule, where)
