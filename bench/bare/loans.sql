CREATE TEMP MACRO money(written) AS
TRY_CAST(replace(trim(written), ',', '') AS DECIMAL(14, 2));

CREATE TEMP TABLE loans AS
SELECT
  nullif(trim(customer_id), '') AS customer_id,
  TRY_CAST(age AS INTEGER) AS age,
  nullif(trim(gender), '') AS gender,
  nullif(trim(occupation), '') AS occupation,
  nullif(trim(marital_status), '') AS marital_status,
  TRY_CAST(family_size AS INTEGER) AS family_size,
  money(income) AS income,
  money(expenditure) AS expenditure,
  TRY_CAST(use_frequency AS INTEGER) AS use_frequency,
  nullif(trim(loan_category), '') AS loan_category,
  money(loan_amount) AS loan_amount,
  TRY_CAST(overdue AS INTEGER) AS overdue,
  money(debt_record) AS debt_record,
  TRY_CAST(returned_cheques AS INTEGER) AS returned_cheques,
  TRY_CAST(dishonoured_bills AS INTEGER) AS dishonoured_bills,
  DATE '$date' AS insert_date
FROM read_csv(
  '$data/loan.csv',
  auto_detect = false,
  header = true,
  columns = {
    customer_id: 'VARCHAR', age: 'VARCHAR', gender: 'VARCHAR',
    occupation: 'VARCHAR', marital_status: 'VARCHAR', family_size: 'VARCHAR',
    income: 'VARCHAR', expenditure: 'VARCHAR', use_frequency: 'VARCHAR',
    loan_category: 'VARCHAR', loan_amount: 'VARCHAR', overdue: 'VARCHAR',
    debt_record: 'VARCHAR', returned_cheques: 'VARCHAR',
    dishonoured_bills: 'VARCHAR'
  }
)
WHERE
  trim(customer_id) <> ''
  AND (loan_amount IS NULL OR money(loan_amount) IS NOT NULL);

COPY (FROM loans ORDER BY loan_category, customer_id)
TO '$out/loans.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT
    loan_category,
    count(*) AS loans,
    CAST(sum(loan_amount) AS DECIMAL(18, 2)) AS amount,
    insert_date
  FROM loans
  GROUP BY loan_category, insert_date
  ORDER BY loan_category
) TO '$out/loans_by_category.parquet' (FORMAT parquet, COMPRESSION zstd);
