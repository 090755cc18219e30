WITH entries AS (
  SELECT DISTINCT port_code
  FROM fact_arrivals
  WHERE port_code IS NOT NULL
),
-- Labels read "CITY, ST", with more after the state in some.
places AS (
  SELECT
    entries.port_code,
    nullif(trim(split_part(lower(ports.label), ',', 1)), '') AS port_city,
    nullif(
      split_part(trim(split_part(upper(ports.label), ',', 2)), ' ', 1), ''
    ) AS port_state
  FROM entries
  LEFT JOIN ports ON ports.code = entries.port_code
),
ranked AS (
  SELECT
    lower(city) AS city,
    state_code,
    ident,
    airport_name,
    latitude,
    longitude,
    row_number() OVER (
      PARTITION BY lower(city), state_code
      ORDER BY
        CASE kind
          WHEN 'large_airport' THEN 1
          WHEN 'medium_airport' THEN 2
          ELSE 3
        END,
        score DESC NULLS LAST,
        ident NULLS LAST,
        airport_name NULLS LAST,
        latitude NULLS LAST,
        longitude NULLS LAST
    ) AS place
  FROM airports
  WHERE kind IN ('large_airport', 'medium_airport', 'small_airport')
)
SELECT
  places.port_code,
  places.port_city,
  places.port_state,
  ranked.ident AS airport_ident,
  ranked.airport_name,
  ranked.latitude,
  ranked.longitude
FROM places
LEFT JOIN ranked
  ON ranked.city = places.port_city
  AND ranked.state_code = places.port_state
  AND ranked.place = 1
