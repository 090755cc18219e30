SELECT
  loan_category,
  loans
FROM loans_by_category
WHERE insert_date = (SELECT max(insert_date) FROM loans_by_category)
ORDER BY loans DESC, loan_category
