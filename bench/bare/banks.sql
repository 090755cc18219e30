CREATE TEMP MACRO plain_name(name) AS
translate(name, 'áàâãäéêëíïóôõöúüçñ', 'aaaaaeeeiioooouucn');

-- The first quarter's lines lack the last, empty field of the others.
CREATE TEMP TABLE ranking AS
SELECT
  CAST(year AS INTEGER) AS year,
  CAST(substr(trim(quarter), 1, 1) AS INTEGER) AS quarter,
  year || 'Q' || substr(trim(quarter), 1, 1) AS quarter_id,
  trim(category) AS category,
  nullif(trim(kind), '') AS kind,
  lpad(nullif(trim(cnpj), ''), 8, '0') AS cnpj,
  trim(bank_name) AS bank_name,
  CASE
    WHEN trim(cnpj) <> '' THEN 'C:' || lpad(trim(cnpj), 8, '0')
    ELSE 'N:' || trim(replace(lower(bank_name), '(conglomerado)', ''))
  END AS bank_id,
  TRY_CAST(
    replace(replace(complaint_index, '.', ''), ',', '.') AS DECIMAL(12, 2)
  ) AS complaint_index,
  TRY_CAST(upheld_regulated AS INTEGER) AS upheld_regulated,
  TRY_CAST(other_regulated AS INTEGER) AS other_regulated,
  TRY_CAST(unregulated AS INTEGER) AS unregulated,
  TRY_CAST(complaints AS INTEGER) AS complaints,
  TRY_CAST(customers AS BIGINT) AS customers,
  TRY_CAST(customers_ccs AS BIGINT) AS customers_ccs,
  TRY_CAST(customers_scr AS BIGINT) AS customers_scr
FROM read_csv(
  '$work/ranking/*.csv',
  auto_detect = false,
  header = true,
  delim = ';',
  null_padding = true,
  columns = {
    year: 'VARCHAR', quarter: 'VARCHAR', category: 'VARCHAR', kind: 'VARCHAR',
    cnpj: 'VARCHAR', bank_name: 'VARCHAR', complaint_index: 'VARCHAR',
    upheld_regulated: 'VARCHAR', other_regulated: 'VARCHAR',
    unregulated: 'VARCHAR', complaints: 'VARCHAR', customers: 'VARCHAR',
    customers_ccs: 'VARCHAR', customers_scr: 'VARCHAR', nothing: 'VARCHAR'
  }
);

-- A bank may have been asked twice, once without its leading zeros.
CREATE TEMP TABLE tariffs AS
SELECT
  lpad(trim(cnpj), 8, '0') AS cnpj,
  nullif(trim(tariff."CodigoServico"), '') AS service_code,
  trim(tariff."Servico") AS service,
  nullif(trim(tariff."Unidade"), '') AS unit,
  nullif(trim(tariff."Periodicidade"), '') AS periodicity,
  tariff."DataVigencia" AS valid_from,
  tariff."ValorMaximo" AS maximum_value,
  nullif(trim(tariff."TipoValor"), '') AS value_type
FROM (
  SELECT cnpj, filename, unnest(value) AS tariff
  FROM read_json(
    '$data/tariffs/*.json',
    filename = true,
    columns = {
      cnpj: 'VARCHAR',
      value: 'STRUCT(
        "CodigoServico" VARCHAR, "Servico" VARCHAR, "Unidade" VARCHAR,
        "DataVigencia" DATE, "ValorMaximo" DECIMAL(12, 2),
        "TipoValor" VARCHAR, "Periodicidade" VARCHAR
      )[]'
    }
  )
)
QUALIFY
  row_number() OVER (
    PARTITION BY
      lpad(trim(cnpj), 8, '0'), trim(tariff."Servico"),
      trim(tariff."Unidade"), trim(tariff."Periodicidade"),
      tariff."DataVigencia"
    ORDER BY filename DESC
  ) = 1;

CREATE TEMP TABLE segments AS
SELECT
  nullif(trim("Segmento"), '') AS segment,
  lpad(nullif(trim("CNPJ"), ''), 8, '0') AS cnpj,
  lower(trim("Nome")) AS name
FROM read_csv(
  '$data/EnquadramentoInicia_v2.tsv', delim = '\t', all_varchar = true
);

CREATE TEMP TABLE dim_bank AS
WITH banks AS (
  FROM ranking
  QUALIFY
    row_number() OVER (
      PARTITION BY bank_id
      ORDER BY year DESC, quarter DESC, bank_name DESC, kind DESC NULLS LAST
    ) = 1
),
by_cnpj AS (
  SELECT cnpj, min(segment) AS segment FROM segments GROUP BY cnpj
),
by_name AS (
  SELECT
    plain_name(trim(replace(name, '- prudencial', ''))) AS plain_name,
    min(segment) AS segment,
    min(cnpj) AS cnpj
  FROM segments
  WHERE name LIKE '% - prudencial'
  GROUP BY ALL
  HAVING count(DISTINCT cnpj) = 1
)
SELECT
  b.bank_id,
  b.cnpj,
  b.bank_name,
  b.kind,
  coalesce(c.segment, n.segment) AS segment,
  n.cnpj AS bridged_cnpj
FROM banks AS b
LEFT JOIN by_cnpj AS c ON c.cnpj = b.cnpj
LEFT JOIN by_name AS n
  ON b.cnpj IS NULL AND n.plain_name = plain_name(substr(b.bank_id, 3));

COPY dim_bank TO '$out/dim_bank.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT DISTINCT
    quarter_id,
    year,
    quarter,
    make_date(year, 3 * quarter - 2, 1) AS starts_on
  FROM ranking
) TO '$out/dim_quarter.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT lower(category) AS category_id, max(category) AS category
  FROM ranking
  GROUP BY ALL
) TO '$out/dim_category.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT
    lower(service) AS service_id,
    max(service_code) AS service_code,
    max(service) AS service
  FROM tariffs
  GROUP BY ALL
) TO '$out/dim_service.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT
    bank_id,
    quarter_id,
    lower(category) AS category_id,
    complaint_index,
    upheld_regulated,
    other_regulated,
    unregulated,
    complaints,
    customers,
    customers_ccs,
    customers_scr
  FROM ranking
) TO '$out/fact_complaints.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT
    'C:' || cnpj AS bank_id,
    lower(service) AS service_id,
    unit,
    periodicity,
    valid_from,
    maximum_value,
    value_type,
    maximum_value = 0 AS free
  FROM tariffs
) TO '$out/fact_tariffs.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  WITH complained AS (
    SELECT bank_id, CAST(sum(complaints) AS BIGINT) AS complaints
    FROM ranking
    GROUP BY bank_id
  ),
  served AS (
    SELECT bank_id, max(customers) AS customers
    FROM (
      FROM ranking
      QUALIFY
        rank() OVER (PARTITION BY bank_id ORDER BY quarter_id DESC) = 1
    )
    GROUP BY bank_id
  ),
  counted AS (
    SELECT
      bank_id,
      count(*) AS services,
      count(*) FILTER (is_free) AS free_services
    FROM (
      SELECT
        'C:' || cnpj AS bank_id,
        bool_or(maximum_value = 0) AS is_free
      FROM tariffs
      GROUP BY cnpj, lower(service)
    )
    GROUP BY bank_id
  )
  SELECT
    b.bank_id,
    b.bank_name,
    c.complaints,
    s.customers,
    floor(
      1E8 * CAST(c.complaints AS DOUBLE)
      / CAST(nullif(s.customers, 0) AS DOUBLE)
      + 0.5E0
    ) / 100 AS complaints_per_million,
    CASE WHEN b.cnpj IS NOT NULL THEN coalesce(services, 0) END AS services,
    CASE WHEN b.cnpj IS NOT NULL THEN coalesce(free_services, 0) END
      AS free_services,
    CASE
      WHEN b.cnpj IS NOT NULL THEN coalesce(services - free_services, 0)
    END AS paid_services
  FROM dim_bank AS b
  JOIN complained AS c ON c.bank_id = b.bank_id
  JOIN served AS s ON s.bank_id = b.bank_id
  LEFT JOIN counted AS o ON o.bank_id = b.bank_id
) TO '$out/bank_scorecard.parquet' (FORMAT parquet, COMPRESSION zstd);
