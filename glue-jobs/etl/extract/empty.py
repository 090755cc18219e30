"""A source of which nothing landed."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl.decode.select import AT, BAD, FILE, LINE, RAW, VALUE
from etl.extract.base import Extractor
from etl.sql import ident, spark_type


class EmptyExtractor(Extractor):
    """No rows, of the declared types."""

    is_costly = False

    def rows(self, *, with_place: bool) -> DataFrame:
        place = [f"{FILE} INT", f"{AT} BIGINT", f"{LINE} BIGINT", f"{RAW} STRING"]
        schema = [
            *(
                f"{ident(c['name'])} {spark_type(c['type'])}"
                for c in self.source["columns"]
            ),
            *(place if with_place else []),
            f"{BAD} STRING",
            f"{VALUE} STRING",
        ]
        return self.spark.createDataFrame([], ", ".join(schema))
