SELECT
  bank_name,
  complaints,
  customers,
  round(complaints_per_million, 1) AS complaints_per_million,
  free_services,
  paid_services
FROM bank_scorecard
WHERE customers >= 100000
ORDER BY complaints_per_million DESC, bank_id
LIMIT 10
