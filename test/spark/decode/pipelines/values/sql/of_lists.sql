SELECT * FROM lists
