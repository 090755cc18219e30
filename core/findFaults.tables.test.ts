import type { Pipeline } from './definePipeline.ts';
import { findFaults } from './findFaults.ts';
import { csv, date, int, string, table } from './index.ts';

const columns = { id: string(), day: date() };
const visits = csv('visits', { files: '*.csv', columns });
const byDay = csv('visits', {
  files: '{yyyy}/{MM}/{dd}.csv',
  scope: 'period',
  columns,
});

const inDay = table('people', {
  columns,
  mode: 'partition',
  partitionBy: { day: 'date' },
});
const inMonth = table('people', {
  columns: { id: string(), year: int(), month: int() },
  mode: 'partition',
  partitionBy: { year: 'year', month: 'month' },
});
const inYear = table('people', {
  columns: { id: string(), year: int() },
  mode: 'partition',
  partitionBy: { year: 'year' },
});

const faults = (changes: Partial<Pipeline>) =>
  findFaults(
    {
      name: 'shop',
      title: 'Shop',
      period: 'day',
      schedule: 'rate(1 day)',
      sources: [byDay],
      tables: [],
      ...changes,
    },
    { 'sql/people.sql': 'SELECT id, day FROM visits' },
  );

test.each<[string, Partial<Pipeline>]>([
  ['a day in its partition', { tables: [inDay] }],
  ['a snapshot in its partition', { period: 'snapshot', tables: [inDay] }],
  ['a month in its partition', { period: 'month', tables: [inMonth] }],
  ['a month by its first day', { period: 'month', tables: [inDay] }],
])('no fault: %s', (_, changes) => {
  expect(faults(changes)).toEqual([]);
});

test.each<[string, Partial<Pipeline>, string]>([
  [
    'a merge on nothing',
    { tables: [table('people', { columns, mode: 'merge', key: [] })] },
    'table people merges and has no key',
  ],
  [
    'partitions by nothing',
    {
      tables: [
        table('people', { columns, mode: 'partition', partitionBy: {} }),
      ],
    },
    'table people has mode "partition" and no partition column',
  ],
  [
    'partition columns in front',
    {
      tables: [
        table('people', {
          columns: { day: date(), id: string() },
          mode: 'partition',
          partitionBy: { day: 'date' },
        }),
      ],
    },
    'table people: its last columns must be day, as Athena puts partition ' +
      'columns last, but they are id',
  ],
  [
    'months of a day',
    { tables: [inMonth] },
    'table people: a run would replace more than its day: partition by date',
  ],
  [
    'years of a month',
    { period: 'month', tables: [inYear] },
    'table people: a run would replace more than its month: partition by ' +
      'year and month, or by date',
  ],
  [
    'partitions of a whole input',
    { sources: [visits], tables: [inDay] },
    'table people is partitioned, but no source has scope "period": use ' +
      'mode "replace" or "merge"',
  ],
])('%s', (_, changes, fault) => {
  expect(faults(changes)).toEqual([fault]);
});
