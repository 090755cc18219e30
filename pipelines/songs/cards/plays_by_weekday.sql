WITH counted AS (
  SELECT
    time.weekday AS number,
    count(*) AS plays
  FROM songplays
  INNER JOIN time
    ON
      songplays.start_time = time.start_time
      AND songplays.year = time.year
      AND songplays.month = time.month
  GROUP BY time.weekday
)

SELECT
  CASE number
    WHEN 1 THEN 'Monday'
    WHEN 2 THEN 'Tuesday'
    WHEN 3 THEN 'Wednesday'
    WHEN 4 THEN 'Thursday'
    WHEN 5 THEN 'Friday'
    WHEN 6 THEN 'Saturday'
    ELSE 'Sunday'
  END AS weekday,
  plays
FROM counted
ORDER BY number
