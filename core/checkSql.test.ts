import type { CheckRule } from './check.ts';
import { badRowCondition, checkSql } from './checkSql.ts';
import {
  accepted,
  badRows,
  boolean,
  date,
  days,
  freshness,
  int,
  notNull,
  range,
  references,
  rowCount,
  string,
  table,
  unique,
} from './index.ts';

const sales = table('sales', {
  columns: { id: int(), code: string(), sold_on: date(), is_new: boolean() },
});
const codes = table('codes', { columns: { code: string() } });

test.each<[string, CheckRule, string | undefined]>([
  ['one column', notNull(sales, 'id').rule, 'id IS NULL'],
  [
    'several columns',
    notNull(sales, ['id', 'code']).rule,
    'id IS NULL OR code IS NULL',
  ],
  [
    'texts, with a quote in one',
    accepted(sales, 'code', ['a', "O'Hare"]).rule,
    "code NOT IN ('a', 'O''Hare')",
  ],
  ['numbers', accepted(sales, 'id', [1, -2]).rule, 'id NOT IN (1, -2)'],
  ['booleans', accepted(sales, 'is_new', [true]).rule, 'is_new NOT IN (true)'],
  ['a least value', range(sales, 'id', { min: 0 }).rule, 'id < 0'],
  ['a greatest value', range(sales, 'id', { max: 9 }).rule, 'id > 9'],
  [
    'both, of days',
    range(sales, 'sold_on', { min: '2024-01-01', max: '2024-12-31' }).rule,
    "sold_on < '2024-01-01' OR sold_on > '2024-12-31'",
  ],
  ['no bound at all', range(sales, 'id', {}).rule, undefined],
  [
    'a condition',
    badRows(sales, 'x', 'id < 0 OR id > 9').rule,
    'id < 0 OR id > 9',
  ],
  ['a key', unique(sales, 'id').rule, undefined],
  ['a reference', references(sales, 'code', codes, 'code').rule, undefined],
  ['a row count', rowCount(sales, { min: 1 }).rule, undefined],
  ['a newest day', freshness(sales, 'sold_on', days(1)).rule, undefined],
])('bad rows by %s', (_, rule, condition) => {
  expect(badRowCondition(rule)).toBe(condition);
});

test.each<[string, CheckRule, string | undefined]>([
  [
    'a condition',
    badRows(sales, 'x', 'id < 0').rule,
    'SELECT * FROM sales WHERE id < 0',
  ],
  [
    'a key of two columns',
    unique(sales, ['id', 'code']).rule,
    'SELECT id, code, count(*) AS occurrences FROM sales ' +
      'GROUP BY id, code HAVING count(*) > 1',
  ],
  ['a row count', rowCount(sales, { min: 1 }).rule, undefined],
  ['a newest day', freshness(sales, 'sold_on', days(1)).rule, undefined],
  ['no bound at all', range(sales, 'id', {}).rule, undefined],
])('the SELECT of %s', (_, rule, sql) => {
  expect(checkSql('sales', rule)).toBe(sql);
});

test('a reference asks for the values that are not found', () => {
  const { rule } = references(sales, 'code', codes, 'code');
  const sql = checkSql('sales', rule);
  expect(sql).toMatch(/FROM sales\b.*NOT EXISTS .*FROM codes\b/);
});

test('a check is named by what it checks, and fails, if it says no more', () => {
  expect(unique(sales, ['id', 'code'])).toEqual({
    name: 'unique id, code',
    relation: 'sales',
    severity: 'fail',
    rule: { kind: 'unique', columns: ['id', 'code'] },
  });
  expect([
    notNull(sales, 'id').name,
    accepted(sales, 'code', []).name,
    range(sales, 'id', {}).name,
    references(sales, 'code', codes, 'code').name,
    rowCount(sales, {}).name,
    freshness(sales, 'sold_on', 1).name,
    badRows(sales, 'mine', '').name,
  ]).toEqual([
    'not null id',
    'accepted code',
    'range id',
    'code references codes',
    'row count',
    'freshness sold_on',
    'mine',
  ]);
  expect(
    notNull(sales, 'id', { name: 'mine', severity: 'warn' }),
  ).toMatchObject({ name: 'mine', severity: 'warn' });
});
