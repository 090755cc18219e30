"""Lines taken on trust: what is odd about each is noted on the way, and judged later.

Where nobody asks for places, lines are taken for records at once, with a look at each
in a column of its own. When all have been read, the looks of all lines together tell
whether that was right. If it was not, what was made of them is thrown away, and a first
look goes through all files by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from etl.decode.select import LOOK
from etl.sql import texts

# Bits of a look: a line that is no record by itself; no UTF-8; not plain ASCII; a
# header, which is no record.
_ODD, _BROKEN, _WIDE, _HEADER = 1, 2, 4, 8
#: Whether a row is a header.
IS_HEADER = f"{LOOK} & {_HEADER} <> 0"
_LOOKS, _HEADERS = "looks", "headers"


def look_metrics() -> list[SparkColumn]:
    """What `Trust.confirm` has to be told, as aggregates over all rows."""
    return [
        f.expr(f"coalesce(bit_or({LOOK}), 0)").alias(_LOOKS),
        f.expr(f"count_if({IS_HEADER})").alias(_HEADERS),
    ]


class Trust:
    """Whether a source's lines are taken for records, and whether they were some.

    :param files: how many files the source has.
    """

    def __init__(self, encoding: str, files: int) -> None:
        self._is_utf8 = encoding == "utf-8"
        self._files = files
        self._is_lost = False
        #: Whether all lines were looked at, and are records of their encoding.
        self.is_confirmed = False

    def is_given(self, *, with_place: bool) -> bool:
        """Whether rows may be taken from lines that nobody has looked at."""
        # Another encoding is told file by file, which only the first look does.
        can_tell = self._is_utf8 or self._files == 1
        return can_tell and not with_place and not self._is_lost

    def with_look(
        self, lines: DataFrame, odd: str, broken: str, wide: str, headers: Iterable[str]
    ) -> DataFrame:
        """Adds `_look` to lines (`line`, `_start`, `_bytes`), and takes the text from
        those that Spark's parser cannot take.

        :param odd: the SQL of whether a line is no record by itself.
        :param broken: whether it is no UTF-8.
        :param wide: whether it is not plain ASCII.
        :param headers: the first lines of the files.
        """
        bits = [
            (odd, _ODD),
            (broken, _BROKEN),
            (wide, _WIDE),
            (f"_start = 0 AND line IN ({texts(sorted(headers))})", _HEADER),
        ]
        look = " + ".join(f"if({condition}, {bit}, 0)" for condition, bit in bits)
        return lines.withColumn(LOOK, f.expr(look)).withColumn(
            "line", f.expr(f"if({LOOK} & {_ODD} = 0, line, '')")
        )

    def confirm(self, found: dict[str, int]) -> bool:
        """Whether each file has one header, no odd line, and its encoding.

        If not, no trust is given any more.

        :param found: what `look_metrics` counted.
        """
        looks, headers = found[_LOOKS], found[_HEADERS]
        is_broken, is_wide = looks & _BROKEN != 0, looks & _WIDE != 0
        fits = not is_broken if self._is_utf8 else is_broken or not is_wide
        self.is_confirmed = headers == self._files and looks & _ODD == 0 and fits
        self._is_lost = not self.is_confirmed
        return self.is_confirmed

    def lose(self) -> None:
        """Lets no more be taken on trust."""
        self._is_lost = True
