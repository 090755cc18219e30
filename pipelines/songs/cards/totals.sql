SELECT
  count(*) AS plays,
  count(DISTINCT user_id) AS listeners,
  round(avg(CASE WHEN level = 'paid' THEN 1E0 ELSE 0E0 END), 4) AS paid_share
FROM songplays
