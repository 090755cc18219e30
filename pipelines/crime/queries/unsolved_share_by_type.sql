SELECT
  primary_type,
  count(*) AS crimes,
  round(avg(CASE WHEN arrest THEN 0E0 ELSE 1E0 END), 4) AS unsolved_share
FROM crime_reported
WHERE arrest IS NOT NULL
GROUP BY primary_type
ORDER BY unsolved_share DESC, primary_type
