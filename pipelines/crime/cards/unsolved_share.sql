SELECT
  floor(1E4 * sum(CASE WHEN arrest THEN 0 ELSE 1 END) / count(*) + 0.5E0)
  / 1E4 AS share
FROM crime_reported
WHERE arrest IS NOT NULL
