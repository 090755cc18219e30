SELECT id, amount, note FROM received
