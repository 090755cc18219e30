"""The tables of `arrivals`, as an engineer writes them in PySpark by hand.

    spark-submit arrivals.py INPUT OUT SQL

The SELECTs are those of the pipeline, in the folder `SQL`: what is compared is
reading, decoding and writing, with checks, counts and quarantine or without.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pyspark.sql import SparkSession

given, out, sql = sys.argv[1:]
spark = SparkSession.builder.appName("arrivals").getOrCreate()
sas_day = "date_add(DATE '1960-01-01', CAST({0} AS INT))"

numbers = ["i94mode", "i94cit", "i94res", "i94bir", "i94visa", "biryear"]
texts = [
    *("i94addr", "i94port", "entdepa", "entdepd"),
    *("entdepu", "matflag", "gender", "visatype"),
]
spark.read.parquet(f"{given}/sas_data/*.parquet").selectExpr(
    "CAST(cicid AS BIGINT) AS cicid",
    f"{sas_day.format('arrdate')} AS arrive_date",
    f"{sas_day.format('depdate')} AS depart_date",
    *(f"CAST({n} AS INT) AS {n}" for n in numbers),
    *(f"nullif(trim({n}), '') AS {n}" for n in texts),
).where(
    "i94mode = 1 AND (i94bir IS NULL OR i94bir >= 0) AND cicid IS NOT NULL "
    "AND trunc(arrive_date, 'MM') = DATE '2016-04-01' "
    "AND (depart_date IS NULL OR depart_date >= arrive_date)"
).createOrReplaceTempView("immigration")

program = Path(given, "I94_SAS_Labels_Descriptions.SAS").read_text("utf-8")
for name, block, kind in (
    ("ports", "value $i94prtl", "STRING"),
    ("countries", "value i94cntyl", "INT"),
    ("states", "value i94addrl", "STRING"),
    ("visas", "/* I94VISA", "INT"),
):
    body = program[program.index(block) :].split("\n", 1)[1]
    body = re.split(r"^\s*;|;\s*$|\*/", body, maxsplit=1, flags=re.MULTILINE)[0]
    entries = re.findall(r"^\s*'?([^'=]*?)'?\s*=\s*'?(.*?)'?\s*$", body, re.MULTILINE)
    rows = [
        (code.strip(), label.strip().replace("''", "'") or None)
        for code, label in entries
    ]
    spark.createDataFrame(rows, "code STRING, label STRING").selectExpr(
        f"CAST(code AS {kind}) AS code", "label"
    ).createOrReplaceTempView(name)


def to_spark(query: str) -> str:
    """A quote within a text is doubled in standard SQL and escaped in Spark's."""

    def escaped(found: re.Match[str]) -> str:
        text = (found[1] or "").replace("''", "\\'")
        return found[0] if found[1] is None else f"'{text}'"

    return re.sub(r"--[^\n]*|'((?:[^']|'')*)'", escaped, query)


def csv(file: str, separator: str, view: str, *columns: str) -> None:
    rows = spark.read.csv(f"{given}/{file}", header=True, sep=separator)
    rows.selectExpr(*columns).createOrReplaceTempView(view)


csv(
    *("us-cities-demographics.csv", ";", "demographics"),
    *("City AS city", "State AS state", "`State Code` AS state_code"),
    "CAST(`Median Age` AS DECIMAL(4,1)) AS median_age",
    "CAST(`Total Population` AS BIGINT) AS total_population",
    "CAST(`Foreign-born` AS BIGINT) AS foreign_born",
)
csv(
    *("us-airports.csv", ",", "airports"),
    *("ident", "type AS kind", "name AS airport_name"),
    "CAST(latitude_deg AS DOUBLE) AS latitude",
    "CAST(longitude_deg AS DOUBLE) AS longitude",
    "iso_region AS state_code",
    *("trim(municipality) AS city", "CAST(score AS BIGINT) AS score"),
)
csv(
    *("GlobalLandTemperaturesByState.csv", ",", "temperatures"),
    "coalesce(to_date(dt, 'yyyy-MM-dd'), to_date(dt, 'M/d/yyyy')) AS dated_on",
    "CAST(AverageTemperature AS DOUBLE) AS temperature",
    *("State AS state", "Country AS country"),
)
for name in (
    *("fact_arrivals", "dim_tourist", "dim_state_destination"),
    *("dim_airport", "dim_arrive_date"),
):
    place = f"{out}/arrivals/{name}.parquet"
    text = Path(sql, f"{name}.spark.sql")
    text = text if text.exists() else Path(sql, f"{name}.sql")
    spark.sql(to_spark(text.read_text("utf-8"))).write.parquet(place)
    spark.read.parquet(place).createOrReplaceTempView(name)
spark.stop()
