SELECT
  level,
  count(*) AS plays
FROM songplays
GROUP BY level
ORDER BY level
