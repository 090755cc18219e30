SELECT
  tourist_id,
  arrive_date,
  depart_date,
  arrival_flag,
  departure_flag,
  update_flag,
  match_flag
FROM fact_arrivals
WHERE arrive_year = 2016 AND arrive_month = 4 AND arrive_date < depart_date
  AND update_flag IS NOT NULL
ORDER BY tourist_id
