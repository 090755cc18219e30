SELECT
  level,
  count(*) AS plays,
  count(song_id) AS known,
  floor(1E4 * count(song_id) / count(*) + 0.5E0) / 100E0 AS percent_known
FROM songplays
GROUP BY level
ORDER BY level
