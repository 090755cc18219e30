/**
 * Type tests: nothing here runs. Each `@ts-expect-error` says that the compiler
 * refuses the line below it, and why; `test/types.test.ts` takes them out and
 * looks whether it does, for that reason.
 */
import {
  accepted,
  badRows,
  bar,
  bigint,
  boolean,
  cardQuery,
  csv,
  date,
  decimal,
  definePipeline,
  double,
  files,
  freshness,
  int,
  json,
  mysql,
  notNull,
  parquet,
  pie,
  pointMap,
  range,
  references,
  rest,
  rowCount,
  scalar,
  scatter,
  stateMap,
  string,
  table,
  tableCard,
  timestamp,
  unique,
  values,
} from './index.ts';

const columns = {
  id: bigint(),
  name: string(),
  seen_on: date(),
  seen_at: timestamp(),
  amount: decimal(14, 2),
  share: double(),
  is_new: boolean(),
  year: int(),
  month: int(),
};
const source = csv('source', { files: '*.csv', columns });
const one = table('one', { columns });
const other = table('other', { columns: { id: bigint(), code: string() } });

/* A key, an order, and the newest row are columns of the table. */

table('t', { columns, key: ['id', 'name'], sortBy: ['seen_on'] });
// @ts-expect-error "nope" of a key
table('t', { columns, key: ['nope'] });
// @ts-expect-error "nope" of an order
table('t', { columns, sortBy: ['id', 'nope'] });
table('t', { columns, mode: 'merge', key: ['id'], newest: 'seen_at' });
// @ts-expect-error "nope" of a merge's key
table('t', { columns, mode: 'merge', key: ['nope'] });
// @ts-expect-error "nope" as newest
table('t', { columns, mode: 'merge', key: ['id'], newest: 'nope' });
// @ts-expect-error "is_new" has no order
table('t', { columns, mode: 'merge', key: ['id'], newest: 'is_new' });
// @ts-expect-error 'key' is missing
table('t', { columns, mode: 'merge' });
const newest = 'seen_at';
// @ts-expect-error "seen_at" of a table that replaces
table('t', { columns, mode: 'replace', key: ['id'], newest });
// @ts-expect-error "append" is no mode
table('t', { columns, mode: 'append' });

/* A partition column is one, and holds what its type can. */

table('t', { columns, mode: 'partition', partitionBy: { seen_on: 'date' } });
table('t', {
  columns,
  mode: 'partition',
  partitionBy: { year: 'year', month: 'month' },
});
// @ts-expect-error 'nope' is no column
table('t', { columns, mode: 'partition', partitionBy: { nope: 'date' } });
// @ts-expect-error "year" of a date
table('t', { columns, mode: 'partition', partitionBy: { seen_on: 'year' } });
// @ts-expect-error "date" of a whole number
table('t', { columns, mode: 'partition', partitionBy: { year: 'date' } });
// @ts-expect-error 'undefined' is all that a text can hold
table('t', { columns, mode: 'partition', partitionBy: { name: 'month' } });
// @ts-expect-error "day" is no part of a period
table('t', { columns, mode: 'partition', partitionBy: { seen_on: 'day' } });
// @ts-expect-error 'partitionBy' is missing
table('t', { columns, mode: 'partition' });
// @ts-expect-error 'mode' is missing: a table that replaces has no parts
table('t', { columns, partitionBy: { seen_on: 'date' as const } });
// @ts-expect-error 'mode' is missing: a table that replaces takes all rows
table('t', { columns, key: ['id'], newest: 'seen_at' });

/* A check is on columns of its relation. */

unique(one, ['id', 'name']);
// @ts-expect-error "nope" of a table
unique(one, 'nope');
// @ts-expect-error "nope" among others
unique(one, ['id', 'nope']);
// @ts-expect-error 'mode' is missing: a source is not a table
unique(source, 'id');
notNull(source, ['id']);
// @ts-expect-error "nope" of a source
notNull(source, 'nope');
accepted(one, 'name', ['a', 'b']);
// @ts-expect-error "nope" of a table
accepted(one, 'nope', ['a']);
// @ts-expect-error 'number' for a text
accepted(one, 'name', [1]);
// @ts-expect-error 'string' for a number
accepted(one, 'amount', ['1']);
// @ts-expect-error 'string' for a boolean
accepted(one, 'is_new', ['yes']);
range(one, 'amount', { min: 0 });
range(one, 'seen_on', { max: '2024-01-01' });
// @ts-expect-error "nope" of a table
range(one, 'nope', { min: 0 });
// @ts-expect-error "is_new" has no order
range(one, 'is_new', { min: 0 });
// @ts-expect-error 'string' for a number
range(one, 'amount', { min: '0' });
// @ts-expect-error 'number' for a date
range(one, 'seen_on', { max: 20240101 });
freshness(one, 'seen_at', 60);
// @ts-expect-error "id" is no time
freshness(one, 'id', 60);
// @ts-expect-error 'least' is no bound
rowCount(one, { least: 1 });

/* What refers and what is referred to have one type. */

references(one, 'id', other, 'id');
references(one, 'name', other, 'code');
// @ts-expect-error "nope" refers
references(one, 'nope', other, 'id');
// @ts-expect-error "nope" is referred to
references(one, 'id', other, 'nope');
// @ts-expect-error "code" is a text, id a number
references(one, 'id', other, 'code');
// @ts-expect-error "id" is a bigint, year an int
references(one, 'year', other, 'id');
// @ts-expect-error "name" of the wrong one of the two
references(one, 'name', other, 'name');

/* Rows are set aside from a source alone. */

badRows(source, 'no name', "name = ''", { severity: 'quarantine' });
badRows(one, 'no name', "name = ''", { severity: 'warn' });
// @ts-expect-error "quarantine" of a table
badRows(one, 'no name', "name = ''", { severity: 'quarantine' });
// @ts-expect-error "quarantine" of a table
notNull(one, 'id', { severity: 'quarantine' });
// @ts-expect-error "quarantine" of a count
rowCount(source, { min: 1 }, { severity: 'quarantine' });
// @ts-expect-error "error" is no severity
notNull(one, 'id', { severity: 'error' });

/* A card's axes are columns, and what it measures is a number. */

bar('B', one, { x: 'name', y: 'amount', series: 'is_new' });
// @ts-expect-error "nope" as x
bar('B', one, { x: 'nope', y: 'amount' });
// @ts-expect-error "nope" as y
bar('B', one, { x: 'name', y: 'nope' });
// @ts-expect-error "name" is no number
bar('B', one, { x: 'seen_on', y: 'name' });
// @ts-expect-error "seen_on" is no number
pie('P', one, { x: 'name', y: 'seen_on' });
// @ts-expect-error "nope" as series
bar('B', one, { x: 'name', y: 'amount', series: 'nope' });
// @ts-expect-error 'y' is missing
bar('B', one, { x: 'name' });
// @ts-expect-error "is_new" is no number
scalar('S', one, { y: 'is_new' });
scatter('S', one, { x: 'share', y: 'amount', label: 'name' });
// @ts-expect-error "name" is no number
scatter('S', one, { x: 'name', y: 'amount' });
// @ts-expect-error "nope" as label
scatter('S', one, { x: 'share', y: 'amount', label: 'nope' });
stateMap('M', one, { x: 'name', y: 'amount' });
// @ts-expect-error "year" is no code
stateMap('M', one, { x: 'year', y: 'amount' });
// @ts-expect-error "amount" is no latitude
pointMap('M', one, { longitude: 'share', latitude: 'amount' });

/* A card over a query has the columns that the query is said to have. */

const query = cardQuery('query', { code: string(), n: bigint() });
bar('B', query, { x: 'code', y: 'n' });
tableCard('T', query);
// @ts-expect-error "id" of the table beneath it
bar('B', query, { x: 'id', y: 'n' });
// @ts-expect-error "code" is no number
scalar('S', query, { y: 'code' });
// @ts-expect-error 'mode' is missing: a source is not published
tableCard('T', source);
// @ts-expect-error 'mode' is missing: a source is not published
bar('B', source, { x: 'name', y: 'amount' });

/* A source's own references. */

csv('s', { files: '*', columns, scope: 'period', period: 'seen_at' });
// @ts-expect-error "nope" names no period
csv('s', { files: '*', columns, period: 'nope' });
// @ts-expect-error "year" is no day
csv('s', { files: '*', columns, period: 'year' });
const all = { files: '*', columns };
json('s', { ...all, oneRowPer: { key: ['id'], newest: 'year' } });
// @ts-expect-error "nope" in a key
json('s', { ...all, oneRowPer: { key: ['nope'] } });
// @ts-expect-error "nope" as newest
parquet('s', { ...all, oneRowPer: { key: ['id'], newest: 'nope' } });
// @ts-expect-error "weekly" is no scope
files('s', { files: '*', columns, scope: 'weekly' });
// @ts-expect-error 'block' is missing
values('s', { files: '*', columns });
// @ts-expect-error 'records' is missing
rest('s', { files: '*', columns, url: 'https://api.example' });

const db = { secret: 's', table: 't', recording: { files: '*' } };
mysql('s', { ...db, columns, key: 'id', watermark: 'seen_at' });
mysql('s', { ...db, columns, key: 'id', watermark: 'id' });
// @ts-expect-error "nope" as a key
mysql('s', { ...db, columns, key: 'nope', watermark: 'seen_at' });
// @ts-expect-error "nope" as a watermark
mysql('s', { ...db, columns, key: 'id', watermark: 'nope' });
// @ts-expect-error "name" does not rise
mysql('s', { ...db, columns, key: 'id', watermark: 'name' });
const from = { from: 'Id' };
const recorded = (of: { id: typeof from }) => ({ files: '*', columns: of });
mysql('s', {
  ...db,
  columns,
  key: 'id',
  watermark: 'id',
  recording: recorded({ id: from }),
});
mysql('s', {
  ...db,
  columns,
  key: 'id',
  watermark: 'id',
  // @ts-expect-error 'nope' is recorded, but no column
  recording: { files: '*', columns: { nope: from } },
});

/* Columns take the options of their type. */

date({ format: 'dd/MM/yyyy', from: 'Day' });
// @ts-expect-error 'format' of a text
string({ format: 'dd/MM/yyyy' });
// @ts-expect-error 'pad' of a number
int({ pad: { length: 2, with: '0' } });
// @ts-expect-error "_" parts no thousands
decimal(14, 2, { thousands: '_' });
// @ts-expect-error 'arguments' lack the scale
decimal(14);
// @ts-expect-error "hours" is no unit
timestamp({ epoch: { unit: 'hours', since: '1970-01-01' } });

/* A pipeline is made of relations, not of their names. */

const whole = {
  name: 'p',
  title: 'P',
  period: 'day',
  schedule: 'rate(1 day)',
} as const;
definePipeline({ ...whole, sources: [source], tables: [one, other] });
// @ts-expect-error 'string' in place of a table
definePipeline({ ...whole, sources: [source], tables: ['one'] });
// @ts-expect-error 'mode' is missing: a source among the tables
definePipeline({ ...whole, sources: [source], tables: [source] });
// @ts-expect-error 'kind' is missing: a table among the sources
definePipeline({ ...whole, sources: [one], tables: [one] });
// @ts-expect-error "week" is no period
definePipeline({ ...whole, period: 'week', sources: [], tables: [] });
// @ts-expect-error 'onwer' is misspelt
definePipeline({ ...whole, sources: [], tables: [], onwer: 'me' });
