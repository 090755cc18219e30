SELECT
  loan_category,
  count(*) AS loans,
  CAST(sum(loan_amount) AS DECIMAL(18, 2)) AS amount,
  insert_date
FROM loans
GROUP BY loan_category, insert_date
