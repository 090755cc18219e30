SELECT
  coalesce(
    counted.port_code || ' ' || dim_airport.port_city, counted.port_code
  ) AS port,
  counted.arrivals
FROM (
  SELECT port_code, count(*) AS arrivals
  FROM fact_arrivals
  GROUP BY port_code
) AS counted
LEFT JOIN dim_airport ON dim_airport.port_code = counted.port_code
ORDER BY counted.arrivals DESC, counted.port_code
LIMIT 15
