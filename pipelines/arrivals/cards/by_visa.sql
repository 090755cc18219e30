SELECT coalesce(counted.visa, 'unknown') AS visa, counted.arrivals
FROM (
  SELECT dim_tourist.visa, count(*) AS arrivals
  FROM fact_arrivals
  JOIN dim_tourist
    ON dim_tourist.tourist_id = fact_arrivals.tourist_id
    AND dim_tourist.arrive_year = fact_arrivals.arrive_year
    AND dim_tourist.arrive_month = fact_arrivals.arrive_month
  GROUP BY dim_tourist.visa
) AS counted
ORDER BY counted.arrivals DESC, counted.visa
