SELECT longitude, latitude
FROM (
  SELECT id, occurred_at, longitude, latitude
  FROM crime_reported
  WHERE arrest = FALSE AND longitude IS NOT NULL AND latitude IS NOT NULL
  ORDER BY occurred_at DESC, id DESC
  LIMIT 2000
) AS latest
