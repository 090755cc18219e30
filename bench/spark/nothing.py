"""What `spark-submit` is told to do where it is to do nothing: a session."""

from pyspark.sql import SparkSession

SparkSession.builder.getOrCreate().stop()
