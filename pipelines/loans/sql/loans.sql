SELECT
  loan.customer_id,
  loan.age,
  loan.gender,
  loan.occupation,
  loan.marital_status,
  loan.family_size,
  loan.income,
  loan.expenditure,
  loan.use_frequency,
  loan.loan_category,
  loan.loan_amount,
  loan.overdue,
  loan.debt_record,
  loan.returned_cheques,
  loan.dishonoured_bills,
  run.run_date AS insert_date
FROM loan
CROSS JOIN run
