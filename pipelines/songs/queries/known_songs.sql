SELECT
  level,
  count(*) AS plays,
  count(song_id) AS known,
  round(100.0E0 * CAST(count(song_id) AS DOUBLE) / CAST(count(*) AS DOUBLE), 2)
    AS percent_known
FROM songplays
GROUP BY level
ORDER BY level
