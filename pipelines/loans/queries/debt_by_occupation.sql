SELECT
  occupation,
  count(*) AS loans,
  -- Of cents and hundredths, which are whole: a half goes up on every engine.
  floor(
    1E0 * sum(CAST(100 * loan_amount AS BIGINT)) / count(loan_amount) + 0.5E0
  ) / 100E0 AS mean_loan,
  floor(
    1E0 * sum(CAST(100 * debt_record AS BIGINT)) / count(debt_record) + 0.5E0
  ) / 100E0 AS mean_debt,
  floor(100E0 * sum(overdue) / count(overdue) + 0.5E0) / 100E0 AS mean_overdue
FROM loans
GROUP BY occupation
ORDER BY occupation
