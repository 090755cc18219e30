-- A city has one row for each race, all with the same figures.
WITH cities AS (
  SELECT
    state_code,
    city,
    max(state) AS state,
    max(median_age) AS median_age,
    max(total_population) AS total_population,
    max(foreign_born) AS foreign_born
  FROM demographics
  GROUP BY state_code, city
),
figures AS (
  SELECT
    state_code,
    max(state) AS state,
    -- In tenths: a quotient of whole numbers is the same on every engine.
    CAST(sum(10 * median_age) AS DOUBLE) / (10 * count(median_age))
      AS median_age,
    CAST(sum(total_population) AS BIGINT) AS total_population,
    CAST(sum(foreign_born) AS BIGINT) AS foreign_born
  FROM cities
  GROUP BY state_code
),
destinations AS (
  SELECT DISTINCT state_code
  FROM fact_arrivals
  WHERE state_code IS NOT NULL
)
SELECT
  destinations.state_code,
  coalesce(figures.state, states.label) AS state,
  figures.median_age,
  figures.total_population,
  figures.foreign_born
FROM destinations
LEFT JOIN figures ON figures.state_code = destinations.state_code
LEFT JOIN states ON states.code = destinations.state_code
