-- All song files one after the other, in the order of their paths.
CREATE TEMP TABLE song_data AS
SELECT
  nullif(trim(song_id), '') AS song_id,
  nullif(trim(title), '') AS title,
  nullif(trim(artist_id), '') AS artist_id,
  nullif(trim(artist_name), '') AS artist_name,
  nullif(trim(artist_location), '') AS artist_location,
  artist_latitude,
  artist_longitude,
  nullif(year, 0) AS year,
  duration,
  row_number() OVER () AS place
FROM read_json(
  '$work/song_data.json',
  format = 'unstructured',
  columns = {
    song_id: 'VARCHAR', title: 'VARCHAR', artist_id: 'VARCHAR',
    artist_name: 'VARCHAR', artist_location: 'VARCHAR',
    artist_latitude: 'DOUBLE', artist_longitude: 'DOUBLE', year: 'INTEGER',
    duration: 'DOUBLE'
  }
)
WHERE song_id <> '' AND artist_id <> '';

CREATE TEMP TABLE plays AS
SELECT
  make_timestamp(TRY_CAST(ts AS BIGINT) * 1000) AS start_time,
  nullif(trim("userId"), '') AS user_id,
  nullif(trim("firstName"), '') AS first_name,
  nullif(trim("lastName"), '') AS last_name,
  nullif(trim(gender), '') AS gender,
  nullif(trim(level), '') AS level,
  "sessionId" AS session_id,
  "itemInSession" AS item_in_session,
  nullif(trim(song), '') AS song,
  nullif(trim(artist), '') AS artist,
  length,
  nullif(trim(location), '') AS location,
  nullif(trim("userAgent"), '') AS user_agent
FROM read_json(
  '$data/log_data/$year/$month/*.json',
  format = 'newline_delimited',
  columns = {
    ts: 'VARCHAR', page: 'VARCHAR', "userId": 'VARCHAR', "firstName": 'VARCHAR',
    "lastName": 'VARCHAR', gender: 'VARCHAR', level: 'VARCHAR',
    "sessionId": 'BIGINT', "itemInSession": 'INTEGER', song: 'VARCHAR',
    artist: 'VARCHAR', length: 'DOUBLE', location: 'VARCHAR',
    "userAgent": 'VARCHAR'
  }
)
WHERE page = 'NextSong' AND TRY_CAST(ts AS BIGINT) IS NOT NULL;

CREATE TEMP TABLE songs AS
FROM song_data
QUALIFY row_number() OVER (PARTITION BY song_id ORDER BY place) = 1;

COPY (
  SELECT song_id, title, artist_id, year, duration
  FROM songs
  ORDER BY year, artist_id
) TO '$out/songs.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT
    artist_id,
    artist_name AS name,
    artist_location AS location,
    artist_latitude AS latitude,
    artist_longitude AS longitude
  FROM song_data
  QUALIFY row_number() OVER (PARTITION BY artist_id ORDER BY place) = 1
) TO '$out/artists.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT
    user_id,
    first_name,
    last_name,
    gender,
    level,
    start_time AS last_event_at
  FROM plays
  WHERE user_id IS NOT NULL
  QUALIFY
    row_number() OVER (
      PARTITION BY user_id
      ORDER BY start_time DESC, session_id DESC, item_in_session DESC
    ) = 1
) TO '$out/users.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT DISTINCT
    start_time,
    CAST(hour(start_time) AS INTEGER) AS hour,
    CAST(day(start_time) AS INTEGER) AS day,
    CAST(week(start_time) AS INTEGER) AS week,
    CAST(isodow(start_time) AS INTEGER) AS weekday,
    CAST(year(start_time) AS INTEGER) AS year,
    CAST(month(start_time) AS INTEGER) AS month
  FROM plays
) TO '$out/time.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  WITH matching AS (
    FROM songs
    QUALIFY
      row_number() OVER (
        PARTITION BY title, artist_name, duration ORDER BY place
      ) = 1
  )
  SELECT
    coalesce(user_id, '') || '-' || session_id || '-' || item_in_session
      AS songplay_id,
    start_time,
    user_id,
    level,
    song_id,
    artist_id,
    session_id,
    location,
    user_agent,
    CAST(year(start_time) AS INTEGER) AS year,
    CAST(month(start_time) AS INTEGER) AS month
  FROM plays
  LEFT JOIN matching
    ON song = title AND artist = artist_name AND length = duration
  ORDER BY start_time
) TO '$out/songplays.parquet' (FORMAT parquet, COMPRESSION zstd);
