SELECT
  customer_id,
  insert_date,
  count(*) AS loans
FROM loans
GROUP BY customer_id, insert_date
HAVING count(*) > 1
ORDER BY insert_date, customer_id
