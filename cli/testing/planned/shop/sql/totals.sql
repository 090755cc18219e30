SELECT item, CAST(sum(pieces) AS INTEGER) AS pieces
FROM received
GROUP BY item
