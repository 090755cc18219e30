SELECT
  lower(service) AS service_id,
  max(service_code) AS service_code,
  max(service) AS service
FROM tariffs
GROUP BY lower(service)
