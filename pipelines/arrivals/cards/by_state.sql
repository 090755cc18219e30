SELECT counted.state_code, counted.arrivals
FROM (
  SELECT state_code, count(*) AS arrivals
  FROM fact_arrivals
  GROUP BY state_code
) AS counted
JOIN dim_state_destination
  ON dim_state_destination.state_code = counted.state_code
WHERE dim_state_destination.state IS NOT NULL
  AND counted.state_code <> '99'
ORDER BY counted.state_code
