SELECT sum(pieces) AS pieces FROM shop.totals JOIN items USING (item)
