SELECT
  cicid AS tourist_id,
  arrive_date,
  depart_date,
  split_part(i94addr, ' ', 1) AS state_code,
  i94port AS port_code,
  entdepa AS arrival_flag,
  entdepd AS departure_flag,
  entdepu AS update_flag,
  matflag AS match_flag,
  CAST(EXTRACT(YEAR FROM arrive_date) AS INTEGER) AS arrive_year,
  CAST(EXTRACT(MONTH FROM arrive_date) AS INTEGER) AS arrive_month
FROM immigration
