import { dashboardFaults } from './dashboardFaults.ts';
import {
  bar,
  bigint,
  type Card,
  csv,
  dateRange,
  definePipeline,
  type Filter,
  on,
  string,
  table,
  textFilter,
  timestamp,
} from './index.ts';

const sales = table('sales', {
  columns: { id: bigint(), state: string(), sold_at: timestamp() },
  key: ['id'],
});

const faults = (dashboard: readonly Card[], filters: readonly Filter[] = []) =>
  dashboardFaults(
    definePipeline({
      name: 'shop',
      title: 'Shop',
      period: 'day',
      schedule: 'cron(0 6 * * ? *)',
      sources: [csv('orders', { files: '*.csv', columns: { id: bigint() } })],
      tables: [sales],
      dashboard,
      filters,
    }),
  );

const sound = bar('Sales', sales, { x: 'state', y: 'id' });
const when = dateRange('sold', 'Sold', [on(sales, 'sold_at')]);
const where = textFilter('state', 'State', [on(sales, 'state')]);

test('sound cards and filters have none', () => {
  expect(faults([sound], [when, where])).toEqual([]);
});

// Without the compiler: a pipeline is run as it is written.
test.each<[Partial<Record<keyof Card, unknown>>, string]>([
  [{ chart: 'cake' }, 'chart "cake" is none of scalar, bar, row, line, area'],
  [{ size: 'huge' }, 'size "huge" is none of quarter, third, half, full'],
  [{ format: 'hex' }, 'format "hex" is none of number, percent, money, date'],
  [{ title: ' ' }, 'a card has no title'],
  [{ table: 'sail' }, 'is over sail, which is none of the tables here: sales'],
  [{ y: undefined }, 'is a bar and names no y'],
  [{ x: undefined }, 'is a bar and names no x'],
  [{ top: 0 }, 'top is 0: it is a whole number above 0'],
  [{ top: 1.5 }, 'top is 1.5: it is a whole number above 0'],
  [{ currency: 'EUR' }, 'has a currency, but its format is not money'],
  [{ format: 'money', currency: '€' }, 'currency "€" is no code such as EUR'],
])('a card with %j', (changes, fault) => {
  const found = faults([{ ...sound, ...changes } as Card]);
  expect(found).toEqual([expect.stringContaining(fault)]);
});

const target = { table: 'sales', column: 'state', type: 'string' };

test.each<[Partial<Record<keyof Filter, unknown>>, string]>([
  [{ kind: 'list' }, 'kind "list" is none of dates, text'],
  [{ name: 'The state' }, 'use lower case letters, digits and _'],
  [{ on: [] }, 'is on no column'],
  [
    { on: [{ ...target, table: 'sail' }] },
    'is on sail, which is none of the tables here: sales',
  ],
  [
    { on: [{ ...target, column: 'stat' }] },
    'is on the column stat of sales, which has id, state, sold_at',
  ],
  [
    { on: [{ ...target, column: 'sold_at' }] },
    'takes text, but sales.sold_at is timestamp',
  ],
])('a filter with %j', (changes, fault) => {
  const found = faults([], [{ ...where, ...changes } as Filter]);
  expect(found).toEqual([expect.stringContaining(fault)]);
});

test('two of one name', () => {
  expect(faults([sound, sound], [when, when])).toEqual([
    'card "Sales" occurs twice',
    'filter "sold" occurs twice',
  ]);
});
