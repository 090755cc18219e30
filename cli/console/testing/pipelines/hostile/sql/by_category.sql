SELECT category, min(note) AS note, CAST(sum(amount) AS BIGINT) AS amount
FROM marks
GROUP BY category
