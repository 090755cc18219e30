"""Where rows come from: one extractor for each form of landed input."""
