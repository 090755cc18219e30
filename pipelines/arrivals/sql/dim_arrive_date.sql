WITH arrived AS (
  SELECT arrive_date, CAST(date_trunc('week', arrive_date) AS DATE) AS monday
  FROM (SELECT DISTINCT arrive_date FROM fact_arrivals) AS days_of_facts
),
days AS (
  SELECT
    arrive_date,
    CAST(EXTRACT(YEAR FROM arrive_date) AS INTEGER) AS in_year,
    CAST(EXTRACT(QUARTER FROM arrive_date) AS INTEGER) AS in_quarter,
    CAST(EXTRACT(MONTH FROM arrive_date) AS INTEGER) AS in_month,
    CAST(EXTRACT(DAY FROM arrive_date) AS INTEGER) AS in_day,
    CASE arrive_date
      WHEN monday THEN 1
      WHEN CAST(monday + INTERVAL '1' DAY AS DATE) THEN 2
      WHEN CAST(monday + INTERVAL '2' DAY AS DATE) THEN 3
      WHEN CAST(monday + INTERVAL '3' DAY AS DATE) THEN 4
      WHEN CAST(monday + INTERVAL '4' DAY AS DATE) THEN 5
      WHEN CAST(monday + INTERVAL '5' DAY AS DATE) THEN 6
      ELSE 7
    END AS weekday
  FROM arrived
),
readings AS (
  SELECT
    CAST(EXTRACT(YEAR FROM dated_on) AS INTEGER) AS in_year,
    CAST(EXTRACT(MONTH FROM dated_on) AS INTEGER) AS in_month,
    temperature
  FROM temperatures
  WHERE country = 'United States' AND temperature IS NOT NULL
),
observed AS (
  SELECT
    in_year,
    in_month,
    avg(temperature) AS temperature,
    row_number() OVER (PARTITION BY in_month ORDER BY in_year DESC) AS age
  FROM readings
  GROUP BY in_year, in_month
),
climatology AS (
  SELECT in_month, avg(temperature) AS temperature
  FROM observed
  WHERE age <= 10
  GROUP BY in_month
),
joined AS (
  SELECT
    days.*,
    coalesce(observed.temperature, climatology.temperature) AS temperature,
    CASE
      WHEN observed.temperature IS NOT NULL THEN 'observed'
      WHEN climatology.temperature IS NOT NULL THEN 'climatology'
    END AS temperature_basis
  FROM days
  LEFT JOIN observed
    ON observed.in_year = days.in_year AND observed.in_month = days.in_month
  LEFT JOIN climatology ON climatology.in_month = days.in_month
)
SELECT
  arrive_date,
  in_year AS year,
  in_quarter AS quarter,
  in_month AS month,
  in_day AS day,
  weekday,
  -- The inner rounding takes off what the order of adding left, so that a
  -- half is a half on every engine.
  round(round(temperature * 1000, 6)) / 1000 AS average_temperature,
  temperature_basis
FROM joined
