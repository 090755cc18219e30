WITH ranked AS (
  SELECT
    artist_id,
    artist_name,
    artist_location,
    artist_latitude,
    artist_longitude,
    row_number() OVER (
      PARTITION BY artist_id
      ORDER BY origin_path, origin_line
    ) AS place
  FROM song_data
)

SELECT
  artist_id,
  artist_name AS name,
  artist_location AS location,
  artist_latitude AS latitude,
  artist_longitude AS longitude
FROM ranked
WHERE place = 1
