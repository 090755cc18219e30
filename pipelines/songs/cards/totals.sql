SELECT
  count(*) AS plays,
  count(DISTINCT user_id) AS listeners,
  floor(
    1E4 * sum(CASE WHEN level = 'paid' THEN 1 ELSE 0 END) / count(*) + 0.5E0
  ) / 1E4 AS paid_share
FROM songplays
