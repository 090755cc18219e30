SELECT
  count(*) AS arrivals,
  count(DISTINCT port_code) AS ports,
  count(DISTINCT arrive_date) AS days
FROM fact_arrivals
