SELECT
  bank_name,
  complaints,
  customers,
  CAST(complaints_per_million AS DECIMAL(18, 1)) AS complaints_per_million,
  free_services,
  paid_services
FROM bank_scorecard
WHERE customers >= 100000
ORDER BY complaints_per_million DESC NULLS LAST, bank_id
LIMIT 10
