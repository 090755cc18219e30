SELECT received.item, received.pieces, run.run_date AS day
FROM received
CROSS JOIN run
