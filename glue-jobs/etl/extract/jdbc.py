"""A table of a database, read in parts side by side, as of one moment.

Databases share no snapshot between connections, so one is proved instead. The
watermark of each row only ever rises: rows up to the greatest one, counted before
and after, are the same rows if as many were read. A row that changed meanwhile has
left the window, and one that was committed late has entered it: then all is read
again. What was read lands as Parquet first, like all input.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, Row
from pyspark.sql import types as t

from etl.context import Context, ETLBase
from etl.decode.names import input_name
from etl.errors import SourceError, disk_full
from etl.plan import Jdbc, LandedFile, Source

_TRIES = 3
_FETCHED_ROWS = 10_000
_PART = "_tributary_part"
_CAUSE = "Caused by: "
_PARTITIONS = 8
_DRIVERS = {
    "jdbc:mysql": "org.mariadb.jdbc.Driver",
    "jdbc:postgresql": "org.postgresql.Driver",
}


def as_landed(source: Source) -> Source:
    """The source as its rows lie in Parquet: by the names of the database."""
    names = {"format": "parquet", "unused": []}
    return cast(Source, {**source, "form": names})


class JdbcReader(ETLBase):
    """Lands the rows of one table whose watermark is above the last one."""

    def __init__(self, context: Context, source: Source, jdbc: Jdbc) -> None:
        super().__init__(context)
        self.source = source
        self.jdbc = jdbc
        origin = cast(dict[str, Any], source).get("from", {})
        self._mark = "`" if jdbc["url"].startswith("jdbc:mysql:") else '"'
        self._name: str = origin["table"]
        self._table = ".".join(map(self._quoted, self._name.split(".")))
        watermark = source.get("watermark")
        if watermark is None:
            raise self._error("a database is read up to a watermark: declare one")
        named = {c["name"]: input_name(c) for c in source["columns"]}
        self._watermark = self._quoted(named.get(watermark, watermark))
        self._key = self._quoted(named.get(origin["key"], origin["key"]))
        texts: dict[str, str] = jdbc.get("columns", {})
        self._columns = [
            f"{texts.get(name, self._quoted(name))} AS {self._quoted(name)}"
            for name in dict.fromkeys(named.values())
        ]
        self._options = self._connection()

    def _error(self, reason: str) -> SourceError:
        return SourceError(reason, source=self.source["name"])

    def _quoted(self, name: str) -> str:
        return self._mark + name.replace(self._mark, 2 * self._mark) + self._mark

    def _connection(self) -> dict[str, str]:
        options = {"url": self.jdbc["url"], "fetchsize": str(_FETCHED_ROWS)}
        kind = ":".join(self.jdbc["url"].split(":", 2)[:2])
        # Drivers that came by `--jars` or by Glue are found by name alone.
        driver = self.jdbc.get("driver", _DRIVERS.get(kind))
        if driver:
            options["driver"] = driver
        if "authorities" in self.jdbc:
            options["serverSslCert"] = self.jdbc["authorities"]
        if "secret" in self.jdbc:
            options.update(self._login(self.jdbc["secret"]))
        return options

    def _login(self, place: str) -> dict[str, str]:
        try:
            secret = json.loads(_secret_text(place))
            user = secret.get("username", secret.get("user"))
            return {"user": user, "password": secret["password"]}
        except Exception as cause:
            # Not what it says: a parser's message would quote the secret.
            reason = f"the secret {place} cannot be read: {type(cause).__name__}"
            raise self._error(reason) from None

    def _query(self, select: str, **more: str) -> DataFrame:
        options = {**self._options, "dbtable": f"({select}) t", **more}
        return self.spark.read.format("jdbc").options(**options).load()

    def _literal(self, value: str) -> str:
        """A watermark as every driver reads it."""
        kind = self._kind(self._watermark)
        if isinstance(kind, t.TimestampType | t.TimestampNTZType):
            # JDBC's own form of it loses fractions on the way to MariaDB.
            return f"TIMESTAMP '{value}'"
        if isinstance(kind, t.DateType):
            return f"DATE '{value}'"
        if isinstance(kind, t.NumericType):
            return str(float(value) if "." in value else int(value))
        return "'" + value.replace("'", "''") + "'"

    def _kind(self, column: str) -> t.DataType:
        schema = self._query(f"SELECT {column} FROM {self._table} WHERE 1 = 0").schema
        return schema.fields[0].dataType

    def _window(self) -> str:
        """The condition of the rows that are wanted.

        Rows without a watermark are read each time, so that none is lost.
        """
        undated = f"{self._watermark} IS NULL"
        newest = self._query(f"SELECT max({self._watermark}) AS w FROM {self._table}")
        high = newest.selectExpr("CAST(w AS STRING)").collect()[0][0]
        if high is None:
            return undated
        dated = f"{self._watermark} <= {self._literal(high)}"
        if "since" in self.jdbc:
            dated += f" AND {self._watermark} >= {self._low(self.jdbc['since'])}"
        return f"(({dated}) OR {undated})"

    def _low(self, since: str) -> str:
        """Where to begin: rows that came late lie below the last watermark."""
        back = int(self.jdbc.get("lookback", 0))
        if isinstance(self._kind(self._watermark), t.NumericType):
            return f"{self._literal(since)} - {back}"
        return f"{self._literal(since)} - INTERVAL '{back}' SECOND"

    def _fence(self, window: str) -> Row:
        """What would differ if a row had come or gone."""
        return self._query(
            f"SELECT count(*) AS n, min({self._key}) AS low, max({self._key}) AS high "
            f"FROM {self._table} WHERE {window}"
        ).collect()[0]

    def _read(self, window: str, fence: Row) -> DataFrame:
        columns = ", ".join(self._columns)
        rest = f"FROM {self._table} WHERE {window}"
        if not isinstance(self._kind(self._key), t.NumericType):
            return self._query(f"SELECT {columns} {rest}")
        rows = self._query(
            # The key once more: as a text it would tell no parts apart.
            f"SELECT {columns}, {self._key} AS {_PART} {rest}",
            partitionColumn=_PART,
            lowerBound=str(int(fence["low"])),
            upperBound=str(int(fence["high"]) + 1),
            numPartitions=str(self.jdbc.get("partitions", _PARTITIONS)),
        )
        return rows.drop(_PART)

    def land(self) -> list[LandedFile]:
        """Reads the rows and lands them.

        :returns: the files, with the number of records that the database counted.
        :raises SourceError: where the rows changed each time they were read, or the
            database refuses.
        """
        try:
            return self._land()
        except (PySparkException, Py4JJavaError) as cause:
            if (full := disk_full(str(cause))) is not None:
                raise full from cause
            raise self._error(
                f"{self._name} could not be read: {_last_cause(cause)}"
            ) from cause

    def _land(self) -> list[LandedFile]:
        target = self.context.below("landing", self.source["name"])
        for _ in range(_TRIES):
            self.context.go_on()
            window = self._window()
            before = self._fence(window)
            if before["n"] == 0:
                return []
            self._read(window, before).write.mode("overwrite").parquet(target)
            read = self.spark.read.parquet(target).count()
            if read == before["n"] and self._fence(window) == before:
                return self._landed(target)
            self.logger.warning("%s: rows changed while being read", self._name)
        raise self._error(
            f"rows of {self._name} changed while they were read, {_TRIES} times: "
            "read a replica, or at a quieter time"
        )

    def _landed(self, target: str) -> list[LandedFile]:
        files: list[LandedFile] = []
        for name, size in self.context.files.sizes(target, ".parquet").items():
            local = f"{target}/{name}"
            records = self.spark.read.parquet(local).count()
            files.append(
                {"path": name, "local": local, "bytes": size, "records": records}
            )
        return files


def _secret_text(place: str) -> str:
    if Path(place).is_absolute():
        return Path(place).read_text("utf-8")
    import boto3  # noqa: PLC0415  Glue carries it; a laptop needs none.

    client = boto3.client("secretsmanager")
    return str(client.get_secret_value(SecretId=place)["SecretString"])


def _last_cause(error: Exception) -> str:
    """What the driver said, without the trace around it."""
    lines = [line.strip() for line in str(error).split("\n")]
    causes = [x.removeprefix(_CAUSE) for x in lines if x.startswith(_CAUSE)]
    said = next((x for x in lines[1:] if x), lines[0])
    return causes[-1] if causes else said.removeprefix(": ")
