WITH ranked AS (
  SELECT
    song_id,
    title,
    artist_id,
    year,
    duration,
    row_number() OVER (
      PARTITION BY song_id
      ORDER BY origin_path, origin_line
    ) AS place
  FROM song_data
)

SELECT
  song_id,
  title,
  artist_id,
  nullif(year, 0) AS year,
  duration
FROM ranked
WHERE place = 1
