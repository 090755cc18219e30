SELECT count(*) AS runs FROM ops.runs WHERE pipeline = 'shop'
