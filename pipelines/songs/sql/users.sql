-- The latest time of each user first, so that only its few rows are ranked.
WITH latest AS (
  SELECT
    user_id,
    max(start_time) AS last_event_at
  FROM log_data
  WHERE user_id IS NOT NULL
  GROUP BY user_id
),

ranked AS (
  SELECT
    log_data.user_id,
    log_data.first_name,
    log_data.last_name,
    log_data.gender,
    log_data.level,
    latest.last_event_at,
    row_number() OVER (
      PARTITION BY log_data.user_id
      ORDER BY
        log_data.session_id DESC,
        log_data.item_in_session DESC,
        log_data.origin_path DESC,
        log_data.origin_line DESC
    ) AS place
  FROM log_data
  INNER JOIN latest
    ON
      log_data.user_id = latest.user_id
      AND log_data.start_time = latest.last_event_at
)

SELECT
  user_id,
  first_name,
  last_name,
  gender,
  level,
  last_event_at
FROM ranked
WHERE place = 1
