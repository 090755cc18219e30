import {
  accepted,
  area,
  badRows,
  bar,
  bigint,
  boolean,
  cardQuery,
  csv,
  date,
  dateRange,
  days,
  decimal,
  definePipeline,
  double,
  files,
  freshness,
  hours,
  int,
  json,
  line,
  minutes,
  mysql,
  notNull,
  on,
  originLine,
  originPath,
  parquet,
  pie,
  pointMap,
  postgres,
  range,
  references,
  rest,
  row,
  rowCount,
  savedQuery,
  scalar,
  scatter,
  stateMap,
  string,
  table,
  tableCard,
  textFilter,
  timestamp,
  unique,
  values,
} from '../index.ts';

/** Every word of the vocabulary, and every option of each, at least once. */

const orders = csv('orders', {
  title: 'Orders as the shop exports them',
  url: [
    'https://shop.example/{yyyy}/{MM}/{dd}/orders.csv',
    'https://other.example/orders-{yyyy}-{MM}-{dd}.csv',
  ],
  headers: {
    Accept: 'text/csv',
    'X-Key': { secret: 'shop/api', member: 'key', prefix: 'Key ' },
  },
  limits: {
    ...{ bytes: 1e9, pages: 10, seconds: 600, tries: 3 },
    ...{ parallel: 2, perSecond: 5 },
  },
  live: { separator: ',', columns: { id: { from: 'ID' } } },
  files: 'orders-{yyyy}-{MM}-{dd}*.csv',
  scope: 'period',
  period: 'ordered_on',
  encoding: 'windows-1252',
  separator: ';',
  quote: "'",
  unused: ['Notes'],
  keep: 'amount > 0',
  contract: 'discard',
  oneRowPer: { key: ['id'], newest: 'changed_at' },
  maxRejected: 0.1,
  columns: {
    id: string({ from: 'Id', pad: { length: 8, with: '0' }, doc: 'Padded' }),
    ordered_on: date({ format: ['dd/MM/yyyy', 'yyyy-MM-dd'] }),
    changed_at: timestamp({ epoch: { unit: 'seconds', since: '1970-01-01' } }),
    amount: decimal(14, 2, { decimalMark: ',', thousands: '.', nulls: ['-'] }),
    is_paid: boolean({ trueAs: ['yes'], falseAs: ['no'] }),
    state: string(),
    buyer: bigint(),
    latitude: double(),
    longitude: double(),
  },
});
const buyers = mysql('buyers', {
  secret: 'shop/mysql',
  table: 'buyer',
  key: 'id',
  watermark: 'changed_at',
  lookback: hours(1),
  read: 'job',
  connections: 4,
  columns: { id: bigint(), changed_at: timestamp() },
  recording: {
    files: 'buyers.csv',
    separator: '\t',
    columns: { changed_at: { from: 'Changed', format: 'yyyyMMddHHmmss' } },
  },
});
const rates = rest('rates', {
  url: 'https://rates.example/v1',
  files: 'rates/*.json',
  params: { of: '{id}' },
  paging: { style: 'odata', top: 100, shortPage: 'last' },
  records: 'value',
  forEach: { source: buyers, column: 'id', maxFailed: 0.1 },
  unused: ['note'],
  columns: { id: bigint({ from: '/id' }), rate: double() },
});
const clicks = json('clicks', {
  url: 's3://clicks',
  files: '**/*.json',
  unused: ['agent'],
  columns: { page: string(), path: originPath(), line: originLine() },
});
const stock = parquet('stock', {
  url: 's3://stock',
  files: '*.parquet',
  unused: ['_x'],
  columns: { item: int() },
});
const notes = files('notes', {
  folder: 's3://shop-notes/daily',
  parts: 4,
  files: '*.txt',
  columns: { body: string() },
});
const ranks = csv('ranks', {
  url: 'https://ranks.example/{year}/{quarter}.csv',
  files: 'ranks/*.csv',
  forEach: {
    values: { year: { from: 2020, to: '{yyyy}' }, quarter: [1, 2, 3, 4] },
  },
  columns: { name: string() },
});
const lists = json('lists', {
  url: 'https://lists.example/{year}/{kind}',
  files: 'lists/*.json',
  forEach: {
    index: 'https://lists.example/index.json',
    lists: [{ list: 'years' }, { list: 'kinds', as: 'kind' }],
    where: { kind: 'all', year: { from: 2020, to: '{yyyy}' }, month: [1] },
  },
  paging: {
    style: 'page',
    shortPage: 'last',
    param: 'page',
    first: 0,
    size: { param: 'size', of: 50 },
  },
  columns: { name: string() },
});
const cases = csv('cases', {
  url: 'https://city.example/resource/cases.csv',
  files: 'cases-*.csv',
  paging: { style: 'socrata', limit: 50_000, order: ':id', shortPage: 'last' },
  columns: { id: string() },
});
const events = rest('events', {
  url: 'https://events.example/v2',
  files: 'events/*.json',
  records: 'items',
  paging: { style: 'cursor', member: 'meta.next', param: 'after' },
  columns: { id: string() },
});
const issues = rest('issues', {
  url: 'https://issues.example/all',
  files: 'issues/*.json',
  paging: { style: 'link' },
  columns: { id: string() },
});
const codes = values('codes', {
  files: 'labels.sas',
  block: '$code',
  columns: { code: string(), label: string() },
});

const sales = table('sales', {
  title: 'A row per order',
  maxDrop: 0.5,
  mode: 'partition',
  key: ['id', 'ordered_on'],
  sortBy: ['id'],
  partitionBy: { ordered_on: 'date' },
  columns: {
    id: string(),
    amount: decimal(14, 2),
    state: string(),
    buyer: bigint(),
    latitude: double(),
    longitude: double(),
    ordered_on: date(),
  },
});
const customers = table('customers', {
  mode: 'merge',
  key: ['id'],
  newest: 'changed_at',
  columns: { id: bigint(), changed_at: timestamp(), is_new: boolean() },
});
const totals = table('totals', {
  columns: { state: string(), amount: decimal(18, 2), orders: bigint() },
});

const byState = cardQuery('by_state', { state: string(), orders: bigint() });

export const everything = definePipeline({
  name: 'everything',
  title: 'Everything',
  description: 'Every word once',
  period: 'day',
  schedule: 'rate(1 day)',
  timezone: 'Europe/Paris',
  sla: minutes(90),
  maxDrop: 0.3,
  startDate: '2024-01-01',
  dependsOnPast: true,
  retention: { keep: 3, olderThan: days(90) },
  workers: { type: 'G.2X', count: 10 },
  destinations: [
    postgres({ secret: 'shop/warehouse', schema: 'shop', tables: [customers] }),
  ],
  engine: 'spark',
  sources: [
    ...[orders, buyers, rates, clicks, stock, notes, codes],
    ...[ranks, lists, cases, events, issues],
  ],
  tables: [sales, customers, totals],
  checks: [
    unique(sales, ['id', 'ordered_on']),
    notNull(orders, 'id', { severity: 'quarantine' }),
    accepted(sales, 'state', ['CA', "O'Hare"], { severity: 'warn' }),
    accepted(customers, 'is_new', [true, false]),
    range(sales, 'amount', { min: 0, max: 1000 }, { name: 'amount is sane' }),
    range(sales, 'ordered_on', { min: '2024-01-01' }),
    references(sales, 'buyer', customers, 'id'),
    rowCount(sales, { min: 1, max: 1_000_000, maxDrop: 0.5 }),
    freshness(customers, 'changed_at', days(2)),
    badRows(sales, 'no state', "state = ''"),
  ],
  queries: [savedQuery('best', 'Best customers')],
  dashboard: [
    bar('Bar', sales, {
      x: 'state',
      y: 'amount',
      series: 'buyer',
      top: 5,
      format: 'money',
      currency: 'EUR',
      size: 'full',
      description: 'By state',
    }),
    row('Row', totals, { x: 'state', y: 'orders' }),
    line('Line', sales, { x: 'ordered_on', y: 'amount' }),
    area('Area', sales, { x: 'ordered_on', y: 'amount' }),
    pie('Pie', totals, { x: 'state', y: 'orders' }),
    scatter('Scatter', totals, { x: 'orders', y: 'amount', label: 'state' }),
    scalar('Scalar', totals, { y: 'orders' }),
    stateMap('States', byState, { x: 'state', y: 'orders' }),
    pointMap('Points', sales, {
      longitude: 'longitude',
      latitude: 'latitude',
    }),
    tableCard('Table', totals),
  ],
  filters: [
    dateRange('ordered', 'Ordered', [on(sales, 'ordered_on')]),
    textFilter('state', 'State', [on(sales, 'state'), on(totals, 'state')]),
  ],
});

/** The SQL files that it needs; a text for one engine alone among them. */
export const everythingSql = {
  'sql/sales.sql': 'SELECT 1',
  'sql/sales.spark.sql': 'SELECT 2',
  'sql/customers.sql': 'SELECT 3',
  'sql/totals.sql': 'SELECT 4',
  'queries/best.sql': 'SELECT 5',
  'cards/by_state.sql': 'SELECT 6',
  'cards/by_state.athena.sql': 'SELECT 7',
};
