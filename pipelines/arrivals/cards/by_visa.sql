SELECT coalesce(counted.visa, 'unknown') AS visa, counted.arrivals
FROM (
  SELECT visa, count(*) AS arrivals
  FROM dim_tourist
  GROUP BY visa
) AS counted
ORDER BY counted.arrivals DESC, counted.visa
