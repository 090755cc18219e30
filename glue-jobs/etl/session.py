"""The session's settings: what makes Spark agree with the other engines."""

from __future__ import annotations

from typing import Any

from pyspark.sql import SparkSession

_MB = 1 << 20

#: Settled when Spark starts.
STATIC = {
    # Independent tables share the cores; each run has a pool.
    "spark.scheduler.mode": "FAIR",
    "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
}

#: Settled for each run's session.
SETTINGS: dict[str, str] = {
    # Wall-clock time, in no zone but UTC; a TIMESTAMP has none.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    # What does not fit is an error and no NULL, as on the other engines.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    # No folder's name is a column, and no file is passed over in silence.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    # Rows' places are counted by file and block, so blocks must not depend on
    # how many executors there are at the moment.
    "spark.sql.files.maxPartitionBytes": str(128 * _MB),
    # Few large files rather than a task for each core; and skewed keys split.
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": str(128 * _MB),
    "spark.sql.adaptive.skewJoin.enabled": "true",
    # Java compiles long methods slowly, and by default does not at all: then each
    # operator has its own, shorter ones.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # Plans are long texts of generated SQL; nobody reads them in a log.
    "spark.sql.maxPlanStringLength": "10000",
    "spark.sql.debug.maxToStringFields": "5",
    "spark.sql.codegen.useIdInClassName": "false",
}


def start(name: str) -> SparkSession:
    """The session of this process, which is started where there is none."""
    builder: Any = SparkSession.builder
    builder = builder.appName(name)
    for key, value in STATIC.items():
        builder = builder.config(key, value)
    session: SparkSession = builder.getOrCreate()
    return session


def for_run(session: SparkSession, settings: dict[str, Any]) -> SparkSession:
    """A session for one run: views and settings of its own, the cores shared."""
    own = session.newSession()
    for key, value in SETTINGS.items():
        own.conf.set(key, value)
    cores = own.sparkContext.defaultParallelism
    own.conf.set("spark.sql.files.minPartitionNum", str(cores))
    shuffles = settings.get("shufflePartitions")
    if shuffles:
        own.conf.set("spark.sql.shuffle.partitions", str(shuffles))
    # Few files of a job that is tried again, and none that only says it is done.
    context: Any = own.sparkContext
    hadoop = context._jsc.hadoopConfiguration()
    hadoop.set("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
    return own
