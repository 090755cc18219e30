"""Bytes to records, in plain Python: runs on the executors, imports no Spark."""
