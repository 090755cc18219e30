SELECT arrive_date, count(*) AS arrivals
FROM fact_arrivals
GROUP BY arrive_date
ORDER BY arrive_date
