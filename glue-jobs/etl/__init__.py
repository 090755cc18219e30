"""The parts of the Spark job: extract, transform, load, and what goes around."""
