SELECT round(avg(CASE WHEN arrest THEN 0E0 ELSE 1E0 END), 4) AS share
FROM crime_reported
WHERE arrest IS NOT NULL
