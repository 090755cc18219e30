"""What every extractor gives: a source's records as typed rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from pyspark.sql import DataFrame

from etl.context import Context, ETLBase
from etl.decode.names import check_names
from etl.plan import LandedFile, Source


class Extractor(ETLBase):
    """Reads one source's landed files."""

    #: Whether a second look at the rows costs as much as the first.
    is_costly = True
    #: Whether rows carry `_chunk`, by which `rows_in` finds few of them again.
    has_chunks = False
    #: Whether the rows given last were taken on trust: they carry `_look`, and
    #: `confirm` must be asked before what is made of them is used.
    on_trust = False

    def __init__(
        self, context: Context, source: Source, files: list[LandedFile]
    ) -> None:
        super().__init__(context)
        self.source = source
        self.files = files
        #: Where the files' columns differ from those declared: by change and name.
        self._differences: dict[tuple[str, str], list[str]] = {}
        #: The columns that come as doubles.
        self._doubles: set[str] = set()

    @abstractmethod
    def rows(self, *, with_place: bool) -> DataFrame:
        """The decoded rows: see `decode_select`.

        :param with_place: whether they carry `_file`, `_at`, `_line` and `_raw`.
        :raises SourceError: where names, types or bytes are not as declared.
        """

    def confirm(self, found: dict[str, int]) -> bool:  # noqa: ARG002
        """Whether rows that were taken on trust are what they seemed to be.

        If not, `rows` gives none on trust any more.

        :param found: what `look_metrics` counted of them.
        """
        return True

    def distrust(self) -> None:
        """Lets `rows` give none on trust any more."""

    def rows_in(self, chunks: frozenset[int]) -> DataFrame:  # noqa: ARG002
        """The rows with their place, at least those of some chunks."""
        return self.rows(with_place=True)

    def shown(self, raw: object) -> str:
        """A record's raw text for quarantine, from its `_raw`."""
        return str(raw)

    def shown_value(self, column: str | None, value: str | None) -> str | None:
        """A value that does not decode, as the other engine shows it.

        Java writes doubles in a way of its own; Python and the other engine agree.
        """
        if value is None or column not in self._doubles:
            return value
        return repr(float(value))

    def check_names(self, found: Sequence[str], path: str) -> None:
        """Compares names found with those declared, and notes what may differ."""
        added, missing = check_names(self.source, found, path)
        for change, names in (("added", added), ("missing", missing)):
            for name in names:
                paths = self._differences.setdefault((change, name), [])
                if path not in paths:
                    paths.append(path)

    def schema(self) -> list[dict[str, Any]]:
        """`SchemaDifference` of engine/output.ts, once the rows have been read."""
        return [
            {"column": name, "change": change, "file": paths[0], "files": len(paths)}
            for (change, name), paths in self._differences.items()
        ]
