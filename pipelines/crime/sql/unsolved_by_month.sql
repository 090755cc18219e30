SELECT
  CAST(date_trunc('month', occurred_at) AS DATE) AS month,
  primary_type,
  count(*) AS crimes
FROM crime_reported
WHERE arrest = FALSE
GROUP BY CAST(date_trunc('month', occurred_at) AS DATE), primary_type
