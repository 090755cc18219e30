SELECT * FROM placed
