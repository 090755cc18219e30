SELECT
  primary_type,
  count(*) AS crimes,
  floor(1E4 * sum(CASE WHEN arrest THEN 0 ELSE 1 END) / count(*) + 0.5E0)
  / 1E4 AS unsolved_share
FROM crime_reported
WHERE arrest IS NOT NULL
GROUP BY primary_type
ORDER BY unsolved_share DESC, primary_type
