CREATE TEMP TABLE crime AS
SELECT
  id,
  trim(case_number) AS case_number,
  occurred_at,
  trim(block) AS block,
  trim(iucr) AS iucr,
  trim(primary_type) AS primary_type,
  trim(description) AS description,
  trim(location_description) AS location_description,
  arrest,
  domestic,
  trim(beat) AS beat,
  trim(district) AS district,
  ward,
  community_area,
  trim(fbi_code) AS fbi_code,
  x_coordinate,
  y_coordinate,
  year,
  updated_on,
  latitude,
  longitude
FROM read_csv(
  '$data/crimes_2001_to_present_sample_*.csv',
  auto_detect = false,
  header = true,
  ignore_errors = true,
  filename = true,
  timestampformat = '%m/%d/%Y %I:%M:%S %p',
  columns = {
    id: 'BIGINT', case_number: 'VARCHAR', occurred_at: 'TIMESTAMP',
    block: 'VARCHAR', iucr: 'VARCHAR', primary_type: 'VARCHAR',
    description: 'VARCHAR', location_description: 'VARCHAR',
    arrest: 'BOOLEAN', domestic: 'BOOLEAN', beat: 'VARCHAR',
    district: 'VARCHAR', ward: 'INTEGER', community_area: 'INTEGER',
    fbi_code: 'VARCHAR', x_coordinate: 'INTEGER', y_coordinate: 'INTEGER',
    year: 'INTEGER', updated_on: 'TIMESTAMP', latitude: 'DOUBLE',
    longitude: 'DOUBLE', place: 'VARCHAR'
  }
)
QUALIFY
  row_number() OVER (PARTITION BY id ORDER BY updated_on DESC, filename DESC)
  = 1;

COPY (FROM crime ORDER BY occurred_at, id)
TO '$out/crime_reported.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT primary_type, count(*) AS crimes
  FROM crime
  WHERE NOT arrest
  GROUP BY primary_type
) TO '$out/unsolved_by_type.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT
    CAST(date_trunc('month', occurred_at) AS DATE) AS month,
    primary_type,
    count(*) AS crimes
  FROM crime
  WHERE NOT arrest
  GROUP BY ALL
  ORDER BY month, primary_type
) TO '$out/unsolved_by_month.parquet' (FORMAT parquet, COMPRESSION zstd);
