WITH counted AS (
  SELECT
    artist_id,
    count(*) AS plays
  FROM songplays
  WHERE artist_id IS NOT NULL
  GROUP BY artist_id
)

SELECT
  artists.name AS artist,
  counted.plays
FROM counted
INNER JOIN artists ON counted.artist_id = artists.artist_id
ORDER BY counted.plays DESC, artists.name, counted.artist_id
LIMIT 10
