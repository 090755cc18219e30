// Type tests: nothing here runs. See test/types.test.ts.
import { table } from './index.ts';
import { columns } from './testing/relations.ts';

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
