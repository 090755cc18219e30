CREATE TEMP VIEW immigration AS
SELECT
  CAST(cicid AS BIGINT) AS tourist_id,
  DATE '1960-01-01' + CAST(arrdate AS INTEGER) AS arrive_date,
  DATE '1960-01-01' + CAST(depdate AS INTEGER) AS depart_date,
  split_part(trim(i94addr), ' ', 1) AS state_code,
  nullif(trim(i94port), '') AS port_code,
  nullif(trim(entdepa), '') AS arrival_flag,
  nullif(trim(entdepd), '') AS departure_flag,
  nullif(trim(entdepu), '') AS update_flag,
  nullif(trim(matflag), '') AS match_flag,
  CAST(i94bir AS INTEGER) AS age,
  nullif(trim(gender), '') AS gender,
  CAST(biryear AS INTEGER) AS birth_year,
  CAST(i94cit AS INTEGER) AS citizenship_code,
  CAST(i94res AS INTEGER) AS residence_code,
  CAST(i94visa AS INTEGER) AS visa_code,
  nullif(trim(visatype), '') AS visa_type
FROM read_parquet('$data/sas_data/*.parquet')
WHERE
  i94mode = 1
  AND (i94bir IS NULL OR i94bir >= 0)
  AND (depdate IS NULL OR depdate >= arrdate)
  AND arrdate BETWEEN
    CAST(date_trunc('month', DATE '$date') AS DATE) - DATE '1960-01-01'
    AND last_day(DATE '$date') - DATE '1960-01-01';

CREATE TEMP TABLE program AS
SELECT content FROM read_text('$data/I94_SAS_Labels_Descriptions.SAS');

CREATE TEMP MACRO value_list(block) AS TABLE
SELECT
  trim(regexp_extract(line, '^\s*''?([^''=]*?)''?\s*=', 1)) AS code,
  nullif(
    trim(replace(
      regexp_extract(line, '=\s*''?(.*?)''?\s*$', 1), '''''', ''''
    )), ''
  ) AS label
FROM (
  SELECT unnest(string_split(
    regexp_extract(content, block || '([^;]*?)\s*(;|\*/)', 1), chr(10)
  )) AS line
  FROM program
)
WHERE contains(line, '=');

CREATE TEMP TABLE ports AS
SELECT * FROM value_list('value \$i94prtl');
CREATE TEMP TABLE states AS
SELECT * FROM value_list('value i94addrl');
CREATE TEMP TABLE countries AS
SELECT CAST(code AS INTEGER) AS code, label FROM value_list('value i94cntyl');
CREATE TEMP TABLE visas AS
SELECT CAST(code AS INTEGER) AS code, label FROM value_list('/\* I94VISA');

COPY (
  SELECT
    tourist_id,
    arrive_date,
    depart_date,
    state_code,
    port_code,
    arrival_flag,
    departure_flag,
    update_flag,
    match_flag,
    CAST(year(arrive_date) AS INTEGER) AS arrive_year,
    CAST(month(arrive_date) AS INTEGER) AS arrive_month
  FROM immigration
) TO '$out/fact_arrivals.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT
    i.tourist_id,
    i.age,
    i.gender,
    i.birth_year,
    citizenships.label AS citizenship,
    residences.label AS residence,
    visas.label AS visa,
    i.visa_type,
    CAST(year(i.arrive_date) AS INTEGER) AS arrive_year,
    CAST(month(i.arrive_date) AS INTEGER) AS arrive_month
  FROM immigration AS i
  LEFT JOIN countries AS citizenships ON citizenships.code = i.citizenship_code
  LEFT JOIN countries AS residences ON residences.code = i.residence_code
  LEFT JOIN visas ON visas.code = i.visa_code
) TO '$out/dim_tourist.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  WITH cities AS (
    SELECT DISTINCT ON ("State Code", City)
      "State Code" AS state_code,
      State AS state,
      TRY_CAST("Median Age" AS DECIMAL(4, 1)) AS median_age,
      TRY_CAST("Total Population" AS BIGINT) AS total_population,
      TRY_CAST("Foreign-born" AS BIGINT) AS foreign_born
    FROM read_csv(
      '$data/us-cities-demographics.csv', delim = ';', all_varchar = true
    )
  ),
  figures AS (
    SELECT
      state_code,
      max(state) AS state,
      CAST(sum(10 * median_age) AS DOUBLE) / (10 * count(median_age))
        AS median_age,
      CAST(sum(total_population) AS BIGINT) AS total_population,
      CAST(sum(foreign_born) AS BIGINT) AS foreign_born
    FROM cities
    GROUP BY state_code
  )
  SELECT
    destinations.state_code,
    coalesce(figures.state, states.label) AS state,
    figures.median_age,
    figures.total_population,
    figures.foreign_born
  FROM (
    SELECT DISTINCT state_code
    FROM '$out/fact_arrivals.parquet'
    WHERE state_code IS NOT NULL
  ) AS destinations
  LEFT JOIN figures ON figures.state_code = destinations.state_code
  LEFT JOIN states ON states.code = destinations.state_code
) TO '$out/dim_state_destination.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  WITH places AS (
    SELECT
      entries.port_code,
      nullif(trim(split_part(lower(label), ',', 1)), '') AS port_city,
      nullif(
        split_part(trim(split_part(upper(label), ',', 2)), ' ', 1), ''
      ) AS port_state
    FROM (
      SELECT DISTINCT port_code
      FROM '$out/fact_arrivals.parquet'
      WHERE port_code IS NOT NULL
    ) AS entries
    LEFT JOIN ports ON ports.code = entries.port_code
  ),
  airports AS (
    SELECT
      lower(trim(municipality)) AS city,
      trim(iso_region) AS state_code,
      trim(ident) AS ident,
      trim(name) AS airport_name,
      TRY_CAST(latitude_deg AS DOUBLE) AS latitude,
      TRY_CAST(longitude_deg AS DOUBLE) AS longitude
    FROM read_csv('$data/us-airports.csv', all_varchar = true)
    WHERE type IN ('large_airport', 'medium_airport', 'small_airport')
    QUALIFY
      row_number() OVER (
        PARTITION BY lower(trim(municipality)), trim(iso_region)
        ORDER BY
          -- By good luck, the kinds sort by the alphabet: large, medium, small.
          type,
          TRY_CAST(score AS BIGINT) DESC NULLS LAST,
          ident
      ) = 1
  )
  SELECT
    places.port_code,
    places.port_city,
    places.port_state,
    airports.ident AS airport_ident,
    airports.airport_name,
    airports.latitude,
    airports.longitude
  FROM places
  LEFT JOIN airports
    ON airports.city = places.port_city
    AND airports.state_code = places.port_state
) TO '$out/dim_airport.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  WITH readings AS (
    SELECT
      coalesce(
        try_strptime(dt, '%Y-%m-%d'), try_strptime(dt, '%m/%d/%Y')
      ) AS dated_on,
      TRY_CAST(AverageTemperature AS DOUBLE) AS temperature
    FROM read_csv(
      '$data/GlobalLandTemperaturesByState.csv', all_varchar = true
    )
    WHERE Country = 'United States'
  ),
  observed AS (
    SELECT
      year(dated_on) AS in_year,
      month(dated_on) AS in_month,
      avg(temperature) AS temperature,
      row_number() OVER (
        PARTITION BY month(dated_on) ORDER BY year(dated_on) DESC
      ) AS age
    FROM readings
    WHERE temperature IS NOT NULL
    GROUP BY in_year, in_month
  ),
  climatology AS (
    SELECT in_month, avg(temperature) AS temperature
    FROM observed
    WHERE age <= 10
    GROUP BY in_month
  )
  SELECT
    arrive_date,
    CAST(year(arrive_date) AS INTEGER) AS year,
    CAST(quarter(arrive_date) AS INTEGER) AS quarter,
    CAST(month(arrive_date) AS INTEGER) AS month,
    CAST(day(arrive_date) AS INTEGER) AS day,
    CAST(isodow(arrive_date) AS INTEGER) AS weekday,
    round(round(
      coalesce(observed.temperature, climatology.temperature) * 1000, 6
    )) / 1000 AS average_temperature,
    CASE
      WHEN observed.temperature IS NOT NULL THEN 'observed'
      WHEN climatology.temperature IS NOT NULL THEN 'climatology'
    END AS temperature_basis
  FROM (SELECT DISTINCT arrive_date FROM '$out/fact_arrivals.parquet') AS days
  LEFT JOIN observed
    ON observed.in_year = year(arrive_date)
    AND observed.in_month = month(arrive_date)
  LEFT JOIN climatology ON climatology.in_month = month(arrive_date)
) TO '$out/dim_arrive_date.parquet' (FORMAT parquet, COMPRESSION zstd);

RESET preserve_insertion_order;
