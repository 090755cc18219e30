WITH moments AS (
  SELECT
    start_time,
    CAST(start_time AS DATE) AS on_date,
    CAST(date_trunc('week', start_time) AS DATE) AS monday
  FROM (SELECT DISTINCT start_time FROM log_data) AS plays
)

SELECT
  start_time,
  CAST(EXTRACT(HOUR FROM start_time) AS INTEGER) AS hour,
  CAST(EXTRACT(DAY FROM start_time) AS INTEGER) AS day,
  CAST(EXTRACT(WEEK FROM start_time) AS INTEGER) AS week,
  -- Engines number weekdays differently, but a week starts on Monday in all.
  CASE on_date
    WHEN monday THEN 1
    WHEN CAST(monday + INTERVAL '1' DAY AS DATE) THEN 2
    WHEN CAST(monday + INTERVAL '2' DAY AS DATE) THEN 3
    WHEN CAST(monday + INTERVAL '3' DAY AS DATE) THEN 4
    WHEN CAST(monday + INTERVAL '4' DAY AS DATE) THEN 5
    WHEN CAST(monday + INTERVAL '5' DAY AS DATE) THEN 6
    ELSE 7
  END AS weekday,
  CAST(EXTRACT(YEAR FROM start_time) AS INTEGER) AS year,
  CAST(EXTRACT(MONTH FROM start_time) AS INTEGER) AS month
FROM moments
