SELECT CAST(sum(loans) AS BIGINT) AS loans
FROM loans_by_category
WHERE insert_date = (SELECT max(insert_date) FROM loans_by_category)
