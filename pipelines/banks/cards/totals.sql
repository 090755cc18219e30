SELECT
  count(*) AS banks,
  count(CASE WHEN services > 0 THEN 1 END) AS charging
FROM bank_scorecard
