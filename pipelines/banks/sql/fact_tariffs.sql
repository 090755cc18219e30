SELECT
  'C:' || cnpj AS bank_id,
  lower(service) AS service_id,
  unit,
  periodicity,
  valid_from,
  maximum_value,
  value_type,
  maximum_value = 0 AS free
FROM tariffs
