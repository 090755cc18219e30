WITH complained AS (
  SELECT
    bank_id,
    sum(complaints) AS complaints,
    max(quarter_id) AS latest_quarter
  FROM fact_complaints
  GROUP BY bank_id
),

served AS (
  SELECT f.bank_id, max(f.customers) AS customers
  FROM fact_complaints AS f
  JOIN complained AS c
    ON c.bank_id = f.bank_id AND c.latest_quarter = f.quarter_id
  GROUP BY f.bank_id
),

-- A service has several rows: units, periods and dates.
offered AS (
  SELECT
    bank_id,
    service_id,
    max(CASE WHEN free THEN 1 ELSE 0 END) AS is_free
  FROM fact_tariffs
  GROUP BY bank_id, service_id
),

counted AS (
  SELECT
    bank_id,
    count(*) AS services,
    sum(is_free) AS free_services
  FROM offered
  GROUP BY bank_id
)

-- A bank that was asked and named no tariff offers 0 services; without a CNPJ
-- there was nobody to ask, and the number is not known.
SELECT
  b.bank_id,
  b.bank_name,
  CAST(c.complaints AS BIGINT) AS complaints,
  s.customers,
  -- In hundredths: engines round a half of a double differently.
  CAST(
    floor(
      1E8 * CAST(c.complaints AS DOUBLE)
      / CAST(nullif(s.customers, 0) AS DOUBLE)
      + 0.5E0
    ) AS DOUBLE
  ) / 100 AS complaints_per_million,
  CAST(
    CASE WHEN b.cnpj IS NOT NULL THEN coalesce(o.services, 0) END AS BIGINT
  ) AS services,
  CAST(
    CASE WHEN b.cnpj IS NOT NULL THEN coalesce(o.free_services, 0) END AS BIGINT
  ) AS free_services,
  CAST(
    CASE
      WHEN b.cnpj IS NOT NULL
        THEN coalesce(o.services, 0) - coalesce(o.free_services, 0)
    END AS BIGINT
  ) AS paid_services
FROM dim_bank AS b
JOIN complained AS c ON c.bank_id = b.bank_id
JOIN served AS s ON s.bank_id = b.bank_id
LEFT JOIN counted AS o ON o.bank_id = b.bank_id
