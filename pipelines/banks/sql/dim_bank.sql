-- A CNPJ or a name stands once for each quarter; a conglomerate has no CNPJ.
WITH listed AS (
  SELECT
    CASE
      WHEN cnpj IS NOT NULL THEN 'C:' || cnpj
      ELSE 'N:' || trim(replace(lower(bank_name), '(conglomerado)', ''))
    END AS bank_id,
    cnpj,
    bank_name,
    kind,
    year,
    quarter
  FROM ranking
),

ranked AS (
  SELECT
    bank_id,
    cnpj,
    bank_name,
    kind,
    row_number() OVER (
      PARTITION BY bank_id
      ORDER BY year DESC, quarter DESC, bank_name DESC, kind DESC NULLS LAST
    ) AS age
  FROM listed
),

banks AS (
  SELECT
    bank_id,
    cnpj,
    bank_name,
    kind,
    -- Without accents, as the segments write it: caixa economica federal.
    CASE
      WHEN cnpj IS NULL
        THEN translate(
          substr(bank_id, 3),
          'áàâãäéêëíïóôõöúüçñ',
          'aaaaaeeeiioooouucn'
        )
    END AS plain_name
  FROM ranked
  WHERE age = 1
),

-- The bank and the conglomerate that it heads share a CNPJ. The least segment
-- is that of the largest institutions.
segment_of_cnpj AS (
  SELECT cnpj, min(segment) AS segment
  FROM segments
  WHERE cnpj IS NOT NULL
  GROUP BY cnpj
),

-- A name that two conglomerates share would bridge to neither.
segment_of_name AS (
  SELECT plain_name, min(segment) AS segment, min(cnpj) AS cnpj
  FROM (
    SELECT
      translate(
        trim(replace(lower(name), '- prudencial', '')),
        'áàâãäéêëíïóôõöúüçñ',
        'aaaaaeeeiioooouucn'
      ) AS plain_name,
      segment,
      cnpj
    FROM segments
    WHERE lower(name) LIKE '% - prudencial'
  ) AS conglomerates
  GROUP BY plain_name
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
LEFT JOIN segment_of_cnpj AS c ON c.cnpj = b.cnpj
LEFT JOIN segment_of_name AS n ON n.plain_name = b.plain_name
