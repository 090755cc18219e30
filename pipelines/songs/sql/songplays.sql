-- The rows that stand for a song, with the artist's name as that file has it.
WITH known AS (
  SELECT
    song_id,
    artist_id,
    title,
    artist_name,
    duration,
    origin_path,
    origin_line,
    row_number() OVER (
      PARTITION BY song_id
      ORDER BY origin_path, origin_line
    ) AS place
  FROM song_data
),

-- Two songs may agree in all three; a play must not count for both.
matching AS (
  SELECT
    song_id,
    artist_id,
    title,
    artist_name,
    duration,
    row_number() OVER (
      PARTITION BY title, artist_name, duration
      ORDER BY origin_path, origin_line
    ) AS place
  FROM known
  WHERE place = 1
)

SELECT
  coalesce(log_data.user_id, '')
  || '-' || CAST(log_data.session_id AS VARCHAR(20))
  || '-' || CAST(log_data.item_in_session AS VARCHAR(20)) AS songplay_id,
  log_data.start_time,
  log_data.user_id,
  log_data.level,
  matching.song_id,
  matching.artist_id,
  log_data.session_id,
  log_data.location AS location,
  log_data.user_agent,
  CAST(EXTRACT(YEAR FROM log_data.start_time) AS INTEGER) AS year,
  CAST(EXTRACT(MONTH FROM log_data.start_time) AS INTEGER) AS month
FROM log_data
LEFT JOIN matching
  ON
    log_data.song = matching.title
    AND log_data.artist = matching.artist_name
    AND log_data.length = matching.duration
    AND matching.place = 1
