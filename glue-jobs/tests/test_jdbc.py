"""A table of a real MariaDB: read in parts, as of one moment."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from support.mariadb import DRIVER, Mariadb, server
from support.running import run_folder

from etl.context import Context
from etl.errors import SourceError
from etl.extract.jdbc import JdbcReader
from etl.files import Files
from etl.metrics import Metrics

Sample = Callable[[str], Path]
ROWS = 5000
#: Ids with holes, so that parts are not of one size.
FILL = f"""
CREATE DATABASE crime CHARACTER SET utf8mb4;
USE crime;
CREATE TABLE crime.crime_reported (
  id BIGINT PRIMARY KEY, case_number VARCHAR(20), occurred_at DATETIME,
  block VARCHAR(50), iucr VARCHAR(8), primary_type VARCHAR(40),
  description VARCHAR(60), location_description VARCHAR(60), arrest TINYINT(1),
  domestic TINYINT(1), beat VARCHAR(8), district VARCHAR(8), ward INT,
  community_area INT, fbi_code VARCHAR(8), x_coordinate INT, y_coordinate INT,
  year INT, updated_on DATETIME(3) NOT NULL, latitude DOUBLE, longitude DOUBLE,
  KEY (updated_on));
INSERT INTO crime.crime_reported
SELECT seq * seq, concat('Fälle ', seq), '2024-05-01 23:59:59' - INTERVAL seq HOUR,
  '0XX W', '0486', elt(1 + seq % 3, 'BATTERY', 'THEFT', NULL), 'x', NULL,
  seq % 5 = 0, 0, '0111', '001', seq % 50, 7, '06', NULL, NULL,
  year('2024-05-01 23:59:59' - INTERVAL seq HOUR),
  '2024-05-02 12:00:00.5' + INTERVAL seq % 400 MINUTE, 41.5 + seq / 1e5, NULL
FROM seq_1_to_{ROWS};
"""

if server() is None or DRIVER is None:

    def test_there_is_no_server_or_no_driver() -> None:
        assert "CI" not in os.environ

else:

    @pytest.fixture(scope="module")
    def mariadb() -> Iterator[Mariadb]:
        started = Mariadb()
        yield started
        started.close()

    @pytest.fixture(autouse=True)
    def table(mariadb: Mariadb) -> None:
        mariadb.sql("DROP DATABASE IF EXISTS crime;" + FILL)

    def _request(folder: Path, jdbc: dict[str, Any]) -> tuple[Any, Any]:
        """Turns a landed sample's plan to the database itself."""
        plan = json.loads((folder / "plan.json").read_text("utf-8"))
        (source,) = plan["sources"]
        for column in source["columns"]:
            for key in ("from", "format"):
                column.pop(key, None)
        request = json.loads((folder / "request.json").read_text("utf-8"))
        request.update(sources={}, jdbc={source["name"]: jdbc})
        (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
        (folder / "request.json").write_text(json.dumps(request), "utf-8")
        return plan, request

    @pytest.fixture
    def reader(
        mariadb: Mariadb, sample: Sample, spark: SparkSession
    ) -> Callable[..., JdbcReader]:
        folder = sample("crime")

        def make(**more: Any) -> JdbcReader:
            jdbc = {"url": mariadb.url, "partitions": 4, **more}
            plan, request = _request(folder, jdbc)
            context = Context(
                *(spark, plan, request, str(folder / "out"), Files(spark)),
                *(Metrics(), logging.getLogger("test")),
            )
            return JdbcReader(context, plan["sources"][0], jdbc)

        return make

    def _landed(spark: SparkSession, reader: JdbcReader) -> DataFrame:
        return spark.read.parquet(*(file["local"] for file in reader.land()))

    def test_the_job_publishes_what_the_table_holds(
        mariadb: Mariadb, sample: Sample, spark: SparkSession
    ) -> None:
        folder = sample("crime")
        _request(folder, {"url": mariadb.url, "partitions": 4})
        run = run_folder(folder, spark)
        assert run.last_call["call"] == "success", run.last_call
        (rows,) = run.result["sources"]
        unnamed = (ROWS + 1) // 3
        assert (rows["landed"], rows["quarantined"]) == (ROWS, unnamed)
        files = run.out / "tables" / "crime_reported"
        found = spark.read.parquet(str(files)).selectExpr(
            "id", "case_number", "CAST(occurred_at AS STRING)", "arrest", "latitude"
        )
        known = mariadb.sql(
            "SELECT id, case_number, occurred_at, arrest, latitude "
            "FROM crime.crime_reported WHERE primary_type IS NOT NULL ORDER BY id"
        )
        rows = found.orderBy("id").collect()
        assert len(rows) == len(known) == ROWS - unnamed
        for (number, case, at, arrest, latitude), row in zip(known, rows, strict=True):
            assert (int(number), case, at, arrest == "1", float(latitude)) == tuple(row)

    def test_parts_are_read_side_by_side(
        reader: Callable[..., JdbcReader], spark: SparkSession
    ) -> None:
        made = reader()
        assert len(made.land()) == 4
        ids = [row[0] for row in _landed(spark, reader()).select("id").collect()]
        assert sorted(ids) == [n * n for n in range(1, ROWS + 1)]

    def test_over_tls_by_the_authorities_that_are_given(
        mariadb: Mariadb, reader: Callable[..., JdbcReader]
    ) -> None:
        url = f"{mariadb.url}&sslMode=verify-full"
        assert len(reader(url=url, authorities=mariadb.authority).land()) == 4
        other = reader(url=url, authorities=mariadb.other_authority())
        with pytest.raises(SourceError, match=r"could not be read: .*PKIX|certif"):
            other.land()

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (None, "FileNotFoundError"),
            ("top secret", "JSONDecodeError"),
            ('{"username": "reader"}', "KeyError"),
        ],
    )
    def test_a_secret_that_cannot_be_read_is_named_not_told(
        text: str | None,
        reason: str,
        reader: Callable[..., JdbcReader],
        tmp_path: Path,
    ) -> None:
        place = tmp_path / "login.json"
        if text is not None:
            place.write_text(text, "utf-8")
        with pytest.raises(SourceError) as failed:
            reader(secret=str(place))
        assert str(failed.value).endswith(
            f"the secret {place} cannot be read: {reason}"
        )
        assert failed.value.__cause__ is None

    def test_only_what_is_newer_is_read(
        mariadb: Mariadb, reader: Callable[..., JdbcReader], spark: SparkSession
    ) -> None:
        since = "2024-05-02 18:00:00.5"
        (known,) = mariadb.sql(
            f"SELECT count(*) FROM crime.crime_reported WHERE updated_on >= '{since}'"
        )
        found = _landed(spark, reader(since=since))
        assert found.count() == int(known[0]) > 0
        assert reader(since="2024-05-02 23:00:00").land() == []

    def _disturb(
        monkeypatch: pytest.MonkeyPatch, mariadb: Mariadb, sql: str, times: int
    ) -> list[int]:
        """Changes rows after they were counted and before they are read."""
        read, seen = JdbcReader._read, [0]

        def disturbed(self: JdbcReader, window: str, fence: Any) -> DataFrame:
            if seen[0] < times:
                seen[0] += 1
                mariadb.sql(sql.format(n=seen[0]))
            return read(self, window, fence)

        monkeypatch.setattr(JdbcReader, "_read", disturbed)
        return seen

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE crime.crime_reported SET updated_on = '2024-06-01' WHERE id = 9",
            "DELETE FROM crime.crime_reported WHERE id = 9",
            "INSERT INTO crime.crime_reported (id, updated_on) VALUES (3, '2024-05-02')",  # noqa: E501
        ],
    )
    def test_rows_that_change_meanwhile_are_read_again(
        sql: str,
        mariadb: Mariadb,
        reader: Callable[..., JdbcReader],
        spark: SparkSession,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        seen = _disturb(monkeypatch, mariadb, sql, times=1)
        found = _landed(spark, reader())
        assert seen == [1]
        stands = mariadb.sql("SELECT id, updated_on FROM crime.crime_reported")
        rows = found.selectExpr("id", "CAST(updated_on AS STRING)").collect()
        assert len(rows) == len(stands)
        found_at = {int(row[0]): datetime.fromisoformat(row[1]) for row in rows}
        assert found_at == {
            int(number): datetime.fromisoformat(at) for number, at in stands
        }

    def test_rows_that_never_rest_are_an_error(
        mariadb: Mariadb,
        reader: Callable[..., JdbcReader],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        sql = (
            "INSERT INTO crime.crime_reported (id, updated_on) "
            "VALUES (-{n}, '2024-05-02')"
        )
        _disturb(monkeypatch, mariadb, sql, times=100)
        with pytest.raises(SourceError, match="changed while they were read, 3 times"):
            reader().land()
