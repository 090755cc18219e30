WITH counted AS (
  SELECT
    song_id,
    count(*) AS plays
  FROM songplays
  WHERE song_id IS NOT NULL
  GROUP BY song_id
)

SELECT
  songs.title || ' (' || coalesce(artists.name, '?') || ')' AS song,
  counted.plays
FROM counted
INNER JOIN songs ON counted.song_id = songs.song_id
INNER JOIN artists ON songs.artist_id = artists.artist_id
ORDER BY counted.plays DESC, songs.title, counted.song_id
LIMIT 10
