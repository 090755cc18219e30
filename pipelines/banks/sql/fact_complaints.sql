SELECT
  CASE
    WHEN cnpj IS NOT NULL THEN 'C:' || cnpj
    ELSE 'N:' || trim(replace(lower(bank_name), '(conglomerado)', ''))
  END AS bank_id,
  CAST(year AS VARCHAR(4)) || 'Q' || substr(quarter, 1, 1) AS quarter_id,
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
