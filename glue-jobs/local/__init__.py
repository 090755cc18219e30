"""Spark on one machine: its JVM, and the talk with whoever started it."""
