SELECT
  CAST(year AS VARCHAR(4)) || 'Q' || digit AS quarter_id,
  year,
  CAST(digit AS INTEGER) AS quarter,
  CAST(
    CAST(year AS VARCHAR(4)) || CASE digit
      WHEN '1' THEN '-01-01'
      WHEN '2' THEN '-04-01'
      WHEN '3' THEN '-07-01'
      ELSE '-10-01'
    END AS DATE
  ) AS starts_on
FROM (
  -- The ranking writes the quarter as 1º.
  SELECT DISTINCT year, substr(quarter, 1, 1) AS digit FROM ranking
) AS quarters
