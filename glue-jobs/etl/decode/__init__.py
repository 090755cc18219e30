"""The SQL of decoding: texts and typed values to the declared columns."""
