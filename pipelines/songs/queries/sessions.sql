SELECT
  session_id,
  user_id,
  min(start_time) AS started_at,
  max(start_time) AS last_play_at,
  count(*) AS plays
FROM songplays
GROUP BY session_id, user_id
ORDER BY plays DESC, session_id, user_id
LIMIT 20
