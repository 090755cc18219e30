-- Loads crimes.csv, the portal's file of 22 columns, from the folder in which
-- the client is started:
--
--   mysql --local-infile=1 crime < load.sql
--
-- The server must allow it: SET GLOBAL local_infile = 1. Loading a file twice,
-- or files in any order, leaves the newest updated_on of each id.

CREATE TEMPORARY TABLE staged LIKE crime_reported;

-- What is cut off or not a date becomes NULL here and is left out below.
ALTER TABLE staged
  ADD COLUMN line BIGINT NOT NULL AUTO_INCREMENT,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (line),
  MODIFY id BIGINT,
  MODIFY occurred_at DATETIME,
  MODIFY primary_type VARCHAR(100),
  MODIFY arrest BOOLEAN,
  MODIFY updated_on DATETIME;

-- The first line is skipped whole, and with it a byte order mark.
LOAD DATA LOCAL INFILE 'crimes.csv'
INTO TABLE staged
CHARACTER SET utf8mb4
FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY ''
LINES TERMINATED BY '\n'
IGNORE 1 LINES
(
  @id, @case_number, @occurred_at, @block, @iucr, @primary_type, @description,
  @location_description, @arrest, @domestic, @beat, @district, @ward,
  @community_area, @fbi_code, @x_coordinate, @y_coordinate, @year, @updated_on,
  @latitude, @longitude, @location
)
SET
  id = NULLIF(@id, ''),
  case_number = NULLIF(@case_number, ''),
  occurred_at = STR_TO_DATE(@occurred_at, '%m/%d/%Y %h:%i:%s %p'),
  block = NULLIF(@block, ''),
  iucr = NULLIF(@iucr, ''),
  primary_type = NULLIF(@primary_type, ''),
  description = NULLIF(@description, ''),
  location_description = NULLIF(@location_description, ''),
  arrest =
    CASE LOWER(@arrest) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END,
  domestic =
    CASE LOWER(@domestic) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END,
  beat = NULLIF(@beat, ''),
  district = NULLIF(@district, ''),
  ward = NULLIF(@ward, ''),
  community_area = NULLIF(@community_area, ''),
  fbi_code = NULLIF(@fbi_code, ''),
  x_coordinate = NULLIF(@x_coordinate, ''),
  y_coordinate = NULLIF(@y_coordinate, ''),
  year = NULLIF(@year, ''),
  updated_on = STR_TO_DATE(@updated_on, '%m/%d/%Y %h:%i:%s %p'),
  latitude = NULLIF(@latitude, ''),
  longitude = NULLIF(@longitude, '');

REPLACE INTO crime_reported
SELECT
  s.id, s.case_number, s.occurred_at, s.block, s.iucr, s.primary_type,
  s.description, s.location_description, s.arrest, s.domestic, s.beat,
  s.district, s.ward, s.community_area, s.fbi_code, s.x_coordinate,
  s.y_coordinate, s.year, s.updated_on, s.latitude, s.longitude
FROM staged AS s
LEFT JOIN crime_reported AS r ON r.id = s.id
WHERE
  s.id IS NOT NULL AND s.occurred_at IS NOT NULL AND s.primary_type IS NOT NULL
  AND s.arrest IS NOT NULL AND s.updated_on IS NOT NULL
  AND (r.id IS NULL OR r.updated_on <= s.updated_on)
-- Within one file too, the newest row of an id is the last to be written.
ORDER BY s.updated_on, s.line;

SELECT
  (SELECT COUNT(*) FROM crime_reported) AS rows_in_table,
  COUNT(*) AS lines_read,
  COALESCE(SUM(
    id IS NULL OR occurred_at IS NULL OR primary_type IS NULL
    OR arrest IS NULL OR updated_on IS NULL
  ), 0) AS lines_left_out
FROM staged;

DROP TEMPORARY TABLE staged;
