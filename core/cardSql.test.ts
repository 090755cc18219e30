import type { Card } from './card.ts';
import { cardSql } from './cardSql.ts';
import {
  bar,
  bigint,
  date,
  double,
  line,
  pie,
  pointMap,
  scalar,
  scatter,
  stateMap,
  string,
  table,
  tableCard,
} from './index.ts';

const sales = table('sales', {
  columns: {
    state: string(),
    kind: string(),
    sold_on: date(),
    n: bigint(),
    amount: double(),
    longitude: double(),
    latitude: double(),
  },
});

test.each<[string, Card, string]>([
  [
    'bars in the order of x',
    bar('B', sales, { x: 'state', y: 'n' }),
    'SELECT state, sum(n) AS n FROM sales GROUP BY state ORDER BY state',
  ],
  [
    'the greatest bars; of equal ones always the same',
    bar('B', sales, { x: 'state', y: 'n', top: 3 }),
    'SELECT state, sum(n) AS n FROM sales GROUP BY state ' +
      'ORDER BY n DESC NULLS LAST, state LIMIT 3',
  ],
  [
    'a line for each kind',
    line('L', sales, { x: 'sold_on', y: 'n', series: 'kind' }),
    'SELECT sold_on, kind, sum(n) AS n FROM sales ' +
      'GROUP BY sold_on, kind ORDER BY sold_on, kind',
  ],
  [
    'parts of a whole',
    pie('P', sales, { x: 'kind', y: 'amount' }),
    'SELECT kind, sum(amount) AS amount FROM sales ' +
      'GROUP BY kind ORDER BY kind',
  ],
  ['a sum', scalar('S', sales, { y: 'n' }), 'SELECT sum(n) AS n FROM sales'],
  [
    'points where both are known',
    scatter('S', sales, { x: 'n', y: 'amount' }),
    'SELECT n, amount FROM sales WHERE n IS NOT NULL AND amount IS NOT NULL',
  ],
  [
    'points with a label',
    scatter('S', sales, { x: 'n', y: 'amount', label: 'state' }),
    'SELECT state, n, amount FROM sales ' +
      'WHERE n IS NOT NULL AND amount IS NOT NULL',
  ],
  [
    'states',
    stateMap('M', sales, { x: 'state', y: 'n' }),
    'SELECT state, sum(n) AS n FROM sales GROUP BY state ORDER BY state',
  ],
  [
    'places: x is the longitude',
    pointMap('M', sales, { longitude: 'longitude', latitude: 'latitude' }),
    'SELECT longitude, latitude FROM sales ' +
      'WHERE longitude IS NOT NULL AND latitude IS NOT NULL',
  ],
  [
    'the latest day',
    scalar('S', sales, { y: 'sold_on', format: 'date' }),
    'SELECT max(sold_on) AS sold_on FROM sales',
  ],
  [
    'rows as they are, always in the same order',
    tableCard('T', sales, { columns: ['state', 'n'] }),
    'SELECT state, n FROM sales ORDER BY state NULLS LAST, n NULLS LAST',
  ],
  [
    'the greatest rows',
    tableCard('T', sales, { columns: ['state', 'n'], y: 'n', top: 5 }),
    'SELECT state, n FROM sales ' +
      'ORDER BY n DESC NULLS LAST, state NULLS LAST LIMIT 5',
  ],
])('%s', (_, card, sql) => {
  expect(cardSql(card)).toBe(sql);
});
