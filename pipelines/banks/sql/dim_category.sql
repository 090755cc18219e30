SELECT
  lower(category) AS category_id,
  max(category) AS category
FROM ranking
GROUP BY lower(category)
