SELECT
  CAST(EXTRACT(HOUR FROM start_time) AS INTEGER) AS hour,
  count(*) AS plays
FROM songplays
GROUP BY CAST(EXTRACT(HOUR FROM start_time) AS INTEGER)
ORDER BY hour
