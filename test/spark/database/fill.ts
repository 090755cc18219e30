export const ROWS = 3000;

/** Hard values, and rows that do not decode, are dropped, or have no date. */
export const FILL = `
CREATE TABLE orders (
  \`Order No\` BIGINT UNSIGNED PRIMARY KEY, large DECIMAL(20,0),
  price DECIMAL(10,2), ratio FLOAT, year YEAR, flag TINYINT(1), bits BIT(4),
  day DATE, at DATETIME, updated_on DATETIME(3), note VARCHAR(200), KEY (updated_on)
) CHARACTER SET utf8mb4;
INSERT INTO orders
SELECT seq * 7, 18446744073709551615 - seq, seq / 8, 1 / seq, 1990 + seq % 30,
  seq % 2, seq % 16, '1999-12-31' - INTERVAL seq DAY,
  '2024-05-01 23:59:59' - INTERVAL seq MINUTE,
  '2024-05-02 12:00:00.125' + INTERVAL seq SECOND,
  elt(1 + seq % 5, 'It''s "so", ça va 🙂', 'two\nlines', '', NULL, 'cancelled')
FROM seq_1_to_${ROWS};
UPDATE orders SET updated_on = NULL WHERE \`Order No\` IN (7, 70);
UPDATE orders SET day = '0000-00-00' WHERE \`Order No\` IN (21, 35);`;
