"""Rows that are counted, and their look confirmed, as a table is made of them.

A source that is read once is gone through once: what it took on trust is confirmed
when its table has been written, and else the table is made again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Observation

from etl.extract.base import Extractor

#: Within which Spark tells what was observed, once a table is written.
_OBSERVED_SECONDS = 10


class Watch:
    """Watches the rows of one extractor.

    :param rows: gives them, judged.
    :param metrics: what is counted, of the rows that were given last.
    :param use: is given the rows that count themselves, in place of any before.
    """

    def __init__(
        self,
        extractor: Extractor,
        rows: Callable[[], DataFrame],
        metrics: Callable[[], list[SparkColumn]],
        use: Callable[[DataFrame], None],
        logger: logging.Logger,
    ) -> None:
        self._extractor = extractor
        self._rows = rows
        self._metrics = metrics
        self._use = use
        self._logger = logger
        self._observed: Observation | None = None
        self._is_settled = False

    def begin(self) -> None:
        """Hands out rows that count themselves, the first time that they are read."""
        rows = self._rows()
        self._is_settled = not self._extractor.on_trust
        self._observed = Observation(f"{self._extractor.source['name']} records")
        self._use(rows.observe(self._observed, *self._metrics()))

    def found(self) -> dict[str, Any] | None:
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
            self._logger.info("nothing was observed")
            self._observed = None
        return found[0] if found else None

    def settle(self, *, is_written: bool) -> bool:
        """To be asked when a table that reads the rows was written, or failed.

        :returns: whether the rows were what they seemed to be. If not, others were
            handed out, and the table is to be made again.
        :raises SourceError: where the files are not as declared.
        """
        if self._is_settled:
            return True
        found = self.found() if is_written else None
        if found is not None and self._extractor.confirm(found):
            self._is_settled = True
            return True
        self._extractor.distrust()
        self.begin()
        return False
