SELECT * FROM records
