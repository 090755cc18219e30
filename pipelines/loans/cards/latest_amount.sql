SELECT CAST(sum(amount) AS DECIMAL(18, 2)) AS amount
FROM loans_by_category
WHERE insert_date = (SELECT max(insert_date) FROM loans_by_category)
