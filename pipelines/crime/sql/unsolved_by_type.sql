SELECT
  primary_type,
  count(*) AS crimes
FROM crime_reported
WHERE arrest = FALSE
GROUP BY primary_type
