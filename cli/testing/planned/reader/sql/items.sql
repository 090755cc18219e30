SELECT item FROM wanted
