// Type tests: nothing here runs. See test/types.test.ts.
import {
  accepted,
  badRows,
  freshness,
  notNull,
  range,
  references,
  rowCount,
  unique,
} from './index.ts';
import { one, other, source } from './testing/relations.ts';

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
