"""What all parts of one run share."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event

from pyspark.sql import DataFrame, SparkSession
from pyspark.storagelevel import StorageLevel

from etl.errors import JobError
from etl.files import Files
from etl.metrics import Metrics
from etl.plan import Plan, Request


@dataclass(frozen=True)
class Context:
    """One run of one plan.

    :param spark: a session of its own, with views of its own.
    :param output: the folder below which everything is written.
    :param stopped: set when nobody waits for the run any more.
    """

    spark: SparkSession
    plan: Plan
    request: Request
    output: str
    files: Files
    metrics: Metrics
    logger: logging.Logger
    stopped: Event = field(default_factory=Event)
    _kept: list[DataFrame] = field(default_factory=list)

    def keep(self, rows: DataFrame) -> DataFrame:
        """Keeps rows that are read more than once, until the run is over."""
        kept = rows.persist(StorageLevel.MEMORY_AND_DISK)
        self._kept.append(kept)
        return kept

    def close(self) -> None:
        """Frees what was kept."""
        while self._kept:
            self._kept.pop().unpersist()

    def below(self, *parts: str) -> str:
        """A place below the output folder."""
        return "/".join([self.output.rstrip("/"), *parts])

    def go_on(self) -> None:
        """:raises JobError: where the run was told to stop."""
        if self.stopped.is_set():
            raise JobError("the run was stopped: nobody waits for it any more")


class ETLBase:
    """A part of the job: with the run's context and a logger of its own name."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.spark = context.spark
        self.logger = context.logger.getChild(type(self).__name__)
