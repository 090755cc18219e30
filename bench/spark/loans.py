"""The tables of `loans`, as an engineer writes them in PySpark by hand.

    spark-submit loans.py INPUT OUT SQL

The last argument is not used.
"""

from __future__ import annotations

import sys

from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as f

given, out, _ = sys.argv[1:]
spark = SparkSession.builder.appName("loans").getOrCreate()


def money(name: str) -> Column:
    return f.regexp_replace(f.trim(f.col(name)), ",", "").cast("decimal(14,2)")


def words(name: str) -> Column:
    bare = f.trim(f.col(name))
    return f.when(bare != "", bare)


names = [
    *("customer_id", "age", "gender", "occupation", "marital_status"),
    *("family_size", "income", "expenditure", "use_frequency", "loan_category"),
    *("loan_amount", "overdue", "debt_record", "returned_cheques"),
    "dishonoured_bills",
]
raw = spark.read.csv(
    f"{given}/loan.csv", header=True, schema=", ".join(f"{n} STRING" for n in names)
)
amounts = {"income", "expenditure", "loan_amount", "debt_record"}
numbers = {
    *("age", "family_size", "use_frequency", "overdue"),
    *("returned_cheques", "dishonoured_bills"),
}
loans = (
    raw.where(f.trim("customer_id") != "")
    .where(f.col("loan_amount").isNull() | money("loan_amount").isNotNull())
    .select(
        *(
            (
                money(n)
                if n in amounts
                else f.col(n).cast("int")
                if n in numbers
                else words(n)
            ).alias(n)
            for n in names
        ),
        f.lit("2022-09-30").cast("date").alias("insert_date"),
    )
)
place = f"{out}/loans/loans.parquet"
loans.sortWithinPartitions("loan_category", "customer_id").write.parquet(place)
written = spark.read.parquet(place)
written.groupBy("loan_category", "insert_date").agg(
    f.count("*").alias("loans"),
    f.sum("loan_amount").cast("decimal(18,2)").alias("amount"),
).select("loan_category", "loans", "amount", "insert_date").write.parquet(
    f"{out}/loans/loans_by_category.parquet"
)
spark.stop()
