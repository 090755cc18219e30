"""One source made ready: judged record by record, counted, and rejects set aside.

A record is judged in this order: it does not decode; `keep` is not true, or it lies
outside of the period; a check of severity `quarantine` finds it; another record
stands for its key; else it is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from pyspark.sql import DataFrame, Row, Window
from pyspark.sql import functions as f

from etl.context import Context, ETLBase
from etl.counts import IS_REJECTED, IS_USED, STATE, Counts, States
from etl.decode.select import AT, BAD, FILE, LINE, RAW, VALUE
from etl.errors import SourceError
from etl.extract.base import Extractor
from etl.quarantine import Reject, Rejects, reject_of
from etl.repeated import COUNT, repeated
from etl.sql import ident
from etl.watch import Watch

_SHOWN = 1000
#: Rejected rows that one task sorts.
_SORTED_BY_ONE = 100_000


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
        self._states = States(context, extractor)
        one = self.source.get("oneRowPer")
        self._key = one["key"] if one else []
        self._newest = one.get("newest") if one else None
        is_lazy = is_read_once and not self._key
        self._watch = (
            Watch(
                extractor,
                lambda: self._judged(with_place=False),
                self._states.metrics,
                lambda rows: self._make_view(rows.where(IS_USED)),
                self.logger,
            )
            if is_lazy
            else None
        )
        self._counts: Counts | None = None
        self._duplicates = 0

    # Judging

    def _judged(self, *, with_place: bool) -> DataFrame:
        return self._with_state(self.extractor.rows(with_place=with_place))

    def _with_state(self, rows: DataFrame) -> DataFrame:
        return rows.withColumn(STATE, f.expr(self._states.sql()))

    def prepare(self) -> None:
        """Makes the view; unless counting can wait, counts and judges.

        :raises SourceError: where too many records do not decode.
        """
        if self._watch is not None:
            self._watch.begin()
            return
        judged, self._counts = self._counted_rows()
        self._check_counts(self._counts)
        used = judged.where(IS_USED)
        self._make_view(self._without_duplicates(used) if self._key else used)

    def _counted_rows(self) -> tuple[DataFrame, Counts]:
        """The judged rows, kept where to read them again is costly, and counts."""
        judged = self._judged(with_place=bool(self._key))
        if self.extractor.is_costly:
            # Raw texts are looked for only where some record is rejected.
            judged = self.context.keep(judged.drop(RAW))
        found = self._found(judged)
        if self.extractor.on_trust and not self.extractor.confirm(found):
            judged.unpersist()
            return self._counted_rows()
        return judged, self._states.counts(found)

    def _found(self, judged: DataFrame) -> dict[str, Any]:
        found: dict[str, Any] = (
            judged.agg(*self._states.metrics()).collect()[0].asDict()
        )
        return found

    def settle(self, *, is_written: bool) -> bool:
        """See `Watch.settle`: the view may be another one now."""
        return self._watch is None or self._watch.settle(is_written=is_written)

    def _make_view(self, used: DataFrame) -> None:
        names = [ident(column["name"]) for column in self.source["columns"]]
        used.selectExpr(*names).createOrReplaceTempView(self.name)

    def _without_duplicates(self, used: DataFrame) -> DataFrame:
        """Of the rows with one key the newest stays, then that of the greatest place.

        Few keys repeat, so only their rows are sorted.
        """
        known = " AND ".join(f"{ident(column)} IS NOT NULL" for column in self._key)
        keys = [ident(column) for column in self._key]
        twice = repeated(self.context, used.where(known), keys, self.landed)
        if twice is None:
            return used
        total = twice.agg(f.sum(f.col(COUNT) - 1)).collect()[0][0]
        self._duplicates = int(total)
        order = [f.col(self._newest).desc_nulls_last()] if self._newest else []
        window = Window.partitionBy(*self._key).orderBy(
            *order, f.col(FILE).desc(), f.col(AT).desc()
        )
        losers = (
            used.join(twice.drop(COUNT), self._key, "left_semi")
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

    def _counted(self) -> Counts:
        """What was counted, be it while a table was made."""
        if self._watch is not None and (found := self._watch.found()) is not None:
            self._counts = self._states.counts(found)
        if self._counts is None or self._counts.landed != self.landed:
            # A SELECT need not read all, as one with LIMIT: count once more.
            found = self._found(self._judged(with_place=False))
            self._counts = self._states.counts(found)
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
        found = self._with_state(rows).where(IS_REJECTED)
        return found.select(FILE, AT, LINE, RAW, BAD, VALUE, STATE)

    def _in_order(self, rejected: DataFrame) -> DataFrame:
        counts = self._counts
        if counts and counts.bad + sum(counts.by_rule) <= _SORTED_BY_ONE:
            return rejected.repartition(1).sortWithinPartitions(FILE, AT)
        # Kept, since a sort by many looks at its rows twice: else all input is read
        # again, only to find out how the rejected rows are spread.
        return self.context.keep(rejected).orderBy(FILE, AT)

    def _write_rejects(self, limit: int | None = None) -> Rejects:
        rows = self._in_order(self._rejected_rows())
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
            state = row[STATE]
            rule = self._states.rule_of(state)
            path = self.extractor.files[row[FILE]]["path"]
            value = self.extractor.shown_value(row[BAD], row[VALUE])
            yield reject_of(
                path, row[LINE], shown(row[RAW]), rule, row[BAD], value, types
            )
