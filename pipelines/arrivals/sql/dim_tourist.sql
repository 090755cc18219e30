SELECT
  immigration.cicid AS tourist_id,
  immigration.i94bir AS age,
  immigration.gender,
  immigration.biryear AS birth_year,
  citizenships.label AS citizenship,
  residences.label AS residence,
  visas.label AS visa,
  immigration.visatype AS visa_type,
  CAST(EXTRACT(YEAR FROM immigration.arrive_date) AS INTEGER) AS arrive_year,
  CAST(EXTRACT(MONTH FROM immigration.arrive_date) AS INTEGER) AS arrive_month
FROM immigration
LEFT JOIN countries AS citizenships ON citizenships.code = immigration.i94cit
LEFT JOIN countries AS residences ON residences.code = immigration.i94res
LEFT JOIN visas ON visas.code = immigration.i94visa
