SELECT
  CAST(start_time AS DATE) AS day,
  level,
  count(*) AS plays
FROM songplays
GROUP BY CAST(start_time AS DATE), level
ORDER BY day, level
