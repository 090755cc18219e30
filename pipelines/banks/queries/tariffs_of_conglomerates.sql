SELECT
  b.bank_name,
  b.bridged_cnpj,
  b.segment,
  count(DISTINCT t.service_id) AS services,
  count(DISTINCT CASE WHEN t.free THEN t.service_id END) AS free_services
FROM dim_bank AS b
JOIN fact_tariffs AS t ON t.bank_id = 'C:' || b.bridged_cnpj
GROUP BY b.bank_name, b.bridged_cnpj, b.segment
ORDER BY b.bank_name
