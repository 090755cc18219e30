SELECT
  occupation,
  count(*) AS loans,
  round(avg(CAST(loan_amount AS DOUBLE)), 2) AS mean_loan,
  round(avg(CAST(debt_record AS DOUBLE)), 2) AS mean_debt,
  round(avg(CAST(overdue AS DOUBLE)), 2) AS mean_overdue
FROM loans
GROUP BY occupation
ORDER BY occupation
