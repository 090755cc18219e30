SELECT month, crimes
FROM (
  SELECT month, CAST(sum(crimes) AS BIGINT) AS crimes
  FROM unsolved_by_month
  GROUP BY month
  ORDER BY month DESC
  LIMIT 24
) AS latest
ORDER BY month
