SELECT page, hits, run.run_date AS day FROM received CROSS JOIN run
