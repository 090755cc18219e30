SELECT count(*) AS n FROM large
