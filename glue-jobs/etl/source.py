"""One source made ready: judged record by record, counted, and rejects set aside.

A record is judged in this order: it does not decode; `keep` is not true, or it lies
outside of the period; a check of severity `quarantine` finds it; another record
stands for its key; else it is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Observation, Row, Window
from pyspark.sql import functions as f

from etl.check_sql import bad_row_condition
from etl.context import Context, ETLBase
from etl.decode.select import AT, BAD, CHUNK, FILE, LINE, LOOK, RAW, VALUE
from etl.errors import SourceError
from etl.extract.base import HEADER, Extractor
from etl.plan import Source
from etl.quarantine import Reject, Rejects, reject_of
from etl.sql import ident, text, to_spark

_FIRST_RULE = 2
_STATE = "_state"
_REJECTED = f"({_STATE} = -1 OR {_STATE} >= {_FIRST_RULE})"
_SHOWN = 1000
#: Within which Spark tells what was observed, once a table is written.
_OBSERVED_SECONDS = 10


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


def rules_of(context: Context, source: Source) -> list[Rule]:
    """The quarantine checks that are judged row by row."""
    found = []
    for check in context.plan["checks"]:
        where = bad_row_condition(check["rule"])
        is_ours = check["relation"] == source["name"]
        if is_ours and check["severity"] == "quarantine" and where:
            found.append(Rule(check["name"], where))
    return found


def keep_condition(context: Context, source: Source) -> str | None:
    """What a record must be to be kept, besides decoding."""
    parts = [f"({to_spark(source['keep'])})"] if "keep" in source else []
    if "period" in source:
        period = context.request["period"]
        parts.append(
            f"CAST({ident(source['period'])} AS DATE) BETWEEN "
            f"DATE {text(period['first'])} AND DATE {text(period['last'])}"
        )
    return " AND ".join(parts) or None


class SourceTransformer(ETLBase):
    """Judges one source's rows, and leaves a view of those that are used.

    :param is_read_once: whether one SELECT reads the source, once. Then counting
        waits for it, and the rows are gone through no more than it needs.
    """

    def __init__(
        self, context: Context, extractor: Extractor, *, is_read_once: bool
    ) -> None:
        super().__init__(context)
        self.extractor = extractor
        self.source = extractor.source
        self.name = self.source["name"]
        self.landed = sum(file["records"] for file in extractor.files)
        self._rules = rules_of(context, self.source)
        self._keep = keep_condition(context, self.source)
        one = self.source.get("oneRowPer")
        self._key = one["key"] if one else []
        self._newest = one.get("newest") if one else None
        self._is_lazy = is_read_once and not self._key
        self._observed: Observation | None = None
        self._counts: Counts | None = None
        self._duplicates = 0
        self._is_settled = True

    # Judging

    def _state(self) -> str:
        keep = f"WHEN NOT coalesce({self._keep}, false) THEN 0" if self._keep else ""
        rules = " ".join(
            f"WHEN ({rule.where}) <=> true THEN {i + _FIRST_RULE}"
            for i, rule in enumerate(self._rules)
        )
        header = (
            f"WHEN {LOOK} & {HEADER} <> 0 THEN NULL" if self.extractor.on_trust else ""
        )
        return f"CASE {header} WHEN {BAD} IS NOT NULL THEN -1 {keep} {rules} ELSE 1 END"

    def _judged(self, *, with_place: bool) -> DataFrame:
        return self._with_state(self.extractor.rows(with_place=with_place))

    def _with_state(self, rows: DataFrame) -> DataFrame:
        return rows.withColumn(_STATE, f.expr(self._state()))

    def _metrics(self) -> list[SparkColumn]:
        states = [-1, 0, *(i + _FIRST_RULE for i in range(len(self._rules)))]
        # A text, since PySpark gives what is observed as numbers and texts only.
        chunks = (
            f"array_join(collect_set(CASE WHEN {_REJECTED} "
            f"THEN CAST({CHUNK} AS STRING) END), ',')"
        )
        looks = [
            f.expr(f"coalesce(bit_or({LOOK}), 0)").alias("looks"),
            f.expr(f"count_if({LOOK} & {HEADER} <> 0)").alias("headers"),
        ]
        return [
            f.count(_STATE).alias("landed"),
            *(looks if self.extractor.on_trust else []),
            *(f.expr(f"count_if({_STATE} = {s})").alias(f"s{s}") for s in states),
            *([f.expr(chunks).alias("chunks")] if self.extractor.has_chunks else []),
        ]

    def _as_counts(self, row: dict[str, Any]) -> Counts:
        by_rule = tuple(row[f"s{i + _FIRST_RULE}"] for i in range(len(self._rules)))
        chunks: str | None = row.get("chunks")
        found = (
            None
            if chunks is None
            else frozenset(map(int, filter(None, chunks.split(","))))
        )
        return Counts(row["landed"], row["s-1"], row["s0"], by_rule, found)

    def prepare(self) -> None:
        """Makes the view; unless counting can wait, counts and judges.

        :raises SourceError: where too many records do not decode.
        """
        if self._is_lazy:
            self._watch()
            return
        judged, self._counts = self._counted_rows()
        self._check_counts(self._counts)
        used = judged.where(f"{_STATE} = 1")
        self._make_view(self._without_duplicates(used) if self._key else used)

    def _watch(self) -> None:
        """Makes a view that counts what is read of it."""
        judged = self._judged(with_place=False)
        self._is_settled = not self.extractor.on_trust
        self._observed = Observation(f"{self.name} records")
        watched = judged.observe(self._observed, *self._metrics())
        self._make_view(watched.where(f"{_STATE} = 1"))

    def _counted_rows(self) -> tuple[DataFrame, Counts]:
        """The judged rows, kept where to read them again is costly, and counts."""
        judged = self._judged(with_place=bool(self._key))
        if self.extractor.is_costly:
            # Raw texts are looked for only where some record is rejected.
            judged = self.context.keep(judged.drop(RAW))
        row = judged.agg(*self._metrics()).collect()[0].asDict()
        if not self._is_confirmed(row):
            judged.unpersist()
            return self._counted_rows()
        return judged, self._as_counts(row)

    def _is_confirmed(self, row: dict[str, Any]) -> bool:
        return "looks" not in row or self.extractor.confirm(
            row["looks"], row["headers"]
        )

    def settle(self, *, is_written: bool) -> bool:
        """To be asked when a table that reads the view was written, or failed.

        :returns: whether the view was what it seemed to be. If not, it is another
            one now, and the table is to be made again.
        :raises SourceError: where the files are not as declared.
        """
        if self._is_settled:
            return True
        found = self._observation() if is_written else None
        if found is not None and self._is_confirmed(found):
            self._is_settled = True
            return True
        self.extractor.distrust()
        self._watch()
        return False

    def _make_view(self, used: DataFrame) -> None:
        names = [ident(column["name"]) for column in self.source["columns"]]
        used.selectExpr(*names).createOrReplaceTempView(self.name)

    def _without_duplicates(self, used: DataFrame) -> DataFrame:
        """Of the rows with one key the newest stays, then that of the greatest place.

        Few keys repeat, so only their rows are sorted.
        """
        known = " AND ".join(f"{ident(column)} IS NOT NULL" for column in self._key)
        counted = used.where(known).groupBy(*self._key).count()
        repeated = self.context.keep(counted.where("`count` > 1"))
        total = repeated.agg(f.sum(f.col("count") - 1)).collect()[0][0]
        self._duplicates = int(total or 0)
        if self._duplicates == 0:
            return used
        order = [f.col(self._newest).desc_nulls_last()] if self._newest else []
        window = Window.partitionBy(*self._key).orderBy(
            *order, f.col(FILE).desc(), f.col(AT).desc()
        )
        losers = (
            used.join(repeated.drop("count"), self._key, "left_semi")
            .withColumn("_nth", f.row_number().over(window))
            .where("_nth > 1")
            .select(FILE, AT)
        )
        losers = self.context.keep(losers)
        return used.join(losers, [FILE, AT], "left_anti")

    # Counting

    def _check_counts(self, counts: Counts) -> None:
        if counts.landed != self.landed:
            raise SourceError(
                f"{self.landed} records landed, but {counts.landed} were read: look "
                "for a quote that is never closed, or for lines that end in CR alone",
                source=self.name,
            )
        if counts.bad > self.source["maxRejected"] * self.landed:
            raise self._too_many(counts)

    def _too_many(self, counts: Counts) -> SourceError:
        rejects = self._write_rejects(limit=_SHOWN)
        first = rejects.commonest()
        return SourceError(
            f"{counts.bad} of {self.landed} records do not decode, more than the "
            f"share of {self.source['maxRejected']:g} that is allowed; the first: "
            f"{first.reason if first else ''}",
            source=self.name,
            file=first.path if first else None,
            line=first.line if first else None,
            column=first.column if first else None,
        )

    def _observation(self) -> dict[str, Any] | None:
        """What was counted while a table was made, if it was."""
        if self._observed is None:
            return None
        found: list[dict[str, Any]] = []
        observed = self._observed
        # It never ends where Spark found that the SELECT needs no row of the view.
        waits = Thread(target=lambda: found.append(observed.get), daemon=True)
        waits.start()
        waits.join(_OBSERVED_SECONDS)
        if not found:
            self.logger.info("%s: nothing was observed", self.name)
            self._observed = None
        return found[0] if found else None

    def _counted(self) -> Counts:
        """What was counted, be it while a table was made."""
        if self._counts is None and (found := self._observation()) is not None:
            self._counts = self._as_counts(found)
        if self._counts is None or self._counts.landed != self.landed:
            # A SELECT need not read all, as one with LIMIT: count once more.
            judged = self._judged(with_place=False)
            row = judged.agg(*self._metrics()).collect()[0].asDict()
            self._counts = self._as_counts(row)
        self._check_counts(self._counts)
        return self._counts

    def finish(self) -> dict[str, Any]:
        """The source's rows, adding up; rejects are in their file.

        :raises SourceError: as `prepare`.
        """
        counts = self._counted()
        ruled = sum(counts.by_rule)
        reasons: Counter[str] = Counter()
        if counts.bad + ruled:
            reasons = self._write_rejects().reasons
        used = counts.landed - counts.bad - counts.dropped - ruled - self._duplicates
        watermark = self._watermark()
        return {
            "source": self.name,
            "files": len(self.extractor.files),
            "bytes": sum(file["bytes"] for file in self.extractor.files),
            "landed": self.landed,
            "used": used,
            "dropped": counts.dropped,
            "duplicates": self._duplicates,
            "quarantined": counts.bad + ruled,
            "reasons": dict(reasons),
            **({"schema": schema} if (schema := self.extractor.schema()) else {}),
            **({} if watermark is None else {"watermark": watermark}),
            **({"rejects": self._rejects_file} if reasons else {}),
        }

    def _watermark(self) -> str | None:
        if "watermark" not in self.source:
            return None
        newest = f"CAST(max({ident(self.source['watermark'])}) AS STRING)"
        found = self.spark.sql(f"SELECT {newest} FROM {ident(self.name)}").collect()
        value: str | None = found[0][0]
        return value

    # Rejects

    @property
    def _rejects_file(self) -> str:
        return f"{self.name}.rejects.ndjson"

    def _rejected_rows(self) -> DataFrame:
        chunks = self._counts.chunks if self._counts else None
        rows = (
            self.extractor.rows(with_place=True)
            if chunks is None
            else self.extractor.rows_in(chunks)
        )
        found = self._with_state(rows).where(_REJECTED)
        return found.select(FILE, AT, LINE, RAW, BAD, VALUE, _STATE)

    def _write_rejects(self, limit: int | None = None) -> Rejects:
        # Kept, since a sort looks at its rows twice: else all input is read again,
        # only to find out how the few that were rejected are spread.
        rows = self.context.keep(self._rejected_rows()).orderBy(FILE, AT)
        if limit is not None:
            rows = rows.limit(limit)
        place = self.context.below(self._rejects_file)
        rejects = Rejects()
        rejects.write(
            self._as_rejects(rows.toLocalIterator()), place, self.context.files
        )
        return rejects

    def _as_rejects(self, rows: Iterator[Row]) -> Iterator[Reject]:
        types = {c["name"]: c["type"] for c in self.source["columns"]}
        shown: Callable[[object], str] = self.extractor.shown
        for row in rows:
            state = row[_STATE]
            rule = self._rules[state - _FIRST_RULE].name if state > 0 else None
            path = self.extractor.files[row[FILE]]["path"]
            value = self.extractor.shown_value(row[BAD], row[VALUE])
            yield reject_of(
                path, row[LINE], shown(row[RAW]), rule, row[BAD], value, types
            )
