SELECT CAST(sum(amount) AS BIGINT) AS amount FROM by_category
