import { UsageError } from './errors.ts';
import type { FilterValue } from './filter.ts';
import { filterSql } from './filterSql.ts';
import {
  bigint,
  date,
  dateRange,
  on,
  string,
  table,
  textFilter,
  timestamp,
} from './index.ts';

const sales = table('sales', {
  columns: { id: bigint(), state: string(), sold_at: timestamp() },
});
const days = table('days', { columns: { day: date() } });
const filters = [
  dateRange('sold', 'Sold', [on(sales, 'sold_at'), on(days, 'day')]),
  textFilter('state', 'State', [on(sales, 'state')]),
];
const card = 'SELECT count(*) AS n FROM sales';
const narrow = (values: Readonly<Record<string, FilterValue>>) =>
  filterSql(card, 'shop', filters, values);

test('a card stays as it is where no filter is set', () => {
  expect(narrow({})).toBe(card);
  expect(narrow({ sold: {} })).toBe(card);
});

test('both days are in, for days and for moments', () => {
  expect(narrow({ sold: { from: '2024-02-28', to: '2024-02-29' } })).toBe(
    'WITH sales AS (SELECT * FROM shop.sales WHERE ' +
      "sold_at >= TIMESTAMP '2024-02-28 00:00:00' AND " +
      "sold_at < TIMESTAMP '2024-03-01 00:00:00'), " +
      'days AS (SELECT * FROM shop.days WHERE ' +
      "day >= DATE '2024-02-28' AND day < DATE '2024-03-01')\n" +
      `SELECT * FROM (\n${card}\n) AS card`,
  );
});

test('filters of one table all hold, and a text is no SQL', () => {
  const sql = narrow({
    sold: { from: '2024-01-01' },
    state: { values: ["'"] },
  });
  expect(sql).toContain(
    "WHERE sold_at >= TIMESTAMP '2024-01-01 00:00:00' AND state IN ('''')",
  );
});

test('of no text there is no row', () => {
  expect(narrow({ state: { values: [] } })).toContain('WHERE 1 = 0');
});

test.each<[string, Readonly<Record<string, FilterValue>>]>([
  ['no day', { sold: { from: '2024-02-30' } }],
  ['SQL', { sold: { to: "2024-01-01' OR 1 = 1" } }],
  ['a text for days', { sold: { values: ['2024-01-01'] } }],
  ['days for a text', { state: { from: '2024-01-01' } }],
])('%s is refused', (_, values) => {
  expect(() => narrow(values)).toThrow(UsageError);
});
