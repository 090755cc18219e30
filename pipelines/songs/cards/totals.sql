SELECT count(*) AS plays
FROM songplays
