-- The table that the pipeline reads, for MySQL 8 and MariaDB 10.
-- Text is compared by bytes, as everywhere else in the pipeline.
CREATE TABLE IF NOT EXISTS crime_reported (
  id                   BIGINT       NOT NULL,
  case_number          VARCHAR(20),
  occurred_at          DATETIME     NOT NULL,
  block                VARCHAR(100),
  iucr                 VARCHAR(10),
  primary_type         VARCHAR(100) NOT NULL,
  description          VARCHAR(200),
  location_description VARCHAR(200),
  arrest               BOOLEAN      NOT NULL,
  domestic             BOOLEAN,
  beat                 VARCHAR(10),
  district             VARCHAR(10),
  ward                 INT,
  community_area       INT,
  fbi_code             VARCHAR(10),
  x_coordinate         INT,
  y_coordinate         INT,
  year                 INT,
  updated_on           DATETIME     NOT NULL,
  latitude             DOUBLE,
  longitude            DOUBLE,
  PRIMARY KEY (id),
  -- A run reads by (updated_on, id), from its watermark on.
  KEY by_update (updated_on, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
