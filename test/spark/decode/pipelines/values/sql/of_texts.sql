SELECT * FROM texts
