import type { Pipeline } from './definePipeline.ts';
import { findFaults } from './findFaults.ts';
import { csv, date, mysql, string, table, unique } from './index.ts';

const columns = { id: string(), day: date() };
const visits = csv('visits', { files: '*.csv', columns });
const people = table('people', { columns, key: ['id'] });
const sold = mysql('sold', {
  secret: 'shop/db',
  table: 'sold',
  key: 'id',
  watermark: 'day',
  columns,
  recording: { files: '*.csv' },
});
const sound: Pipeline = {
  name: 'shop',
  title: 'Shop',
  period: 'day',
  schedule: 'rate(1 day)',
  sources: [visits, sold],
  tables: [people],
  checks: [unique(people, ['id'])],
};
const faults = (changes: object) =>
  findFaults({ ...sound, ...changes } as Pipeline, {
    'sql/people.sql': 'SELECT id, day FROM visits JOIN sold USING (id, day)',
  });

test('a sound definition has none', () => {
  expect(faults({})).toEqual([]);
});

test.each<[object, string]>([
  [
    { period: 'fortnight' },
    'its period is "fortnight": it must be one of day, month, snapshot',
  ],
  [{ engine: 'duck' }, 'its engine is "duck": it must be one of duckdb, spark'],
  [
    { sources: [{ ...visits, scope: 'all' }] },
    'source visits: its scope is "all": it must be one of full, period, changes',
  ],
  [
    { sources: [{ ...visits, contract: 'frozen' }] },
    'source visits: its contract is "frozen": it must be one of freeze, ' +
      'discard, evolve',
  ],
  [
    { tables: [{ ...people, mode: 'part' }] },
    'table people: its mode is "part": it must be one of replace, merge, partition',
  ],
  [
    { tables: [{ ...people, mode: 'partition', partitionBy: { day: 'dy' } }] },
    'table people: what "day" holds of the period is "dy": it must be one of ' +
      'date, year, month',
  ],
  [
    { checks: [{ ...unique(people, ['id']), severity: 'wran' }] },
    'check "unique id": its severity is "wran": it must be one of fail, ' +
      'quarantine, warn',
  ],
])('a word that means nothing: %j', (changes, fault) => {
  expect(faults(changes)).toEqual([fault]);
});

test.each<[object, string]>([
  [{ tables: [{ ...people, key: ['id', 'no'] }] }, 'table people: key names'],
  [{ tables: [{ ...people, sortBy: ['no'] }] }, 'table people: sortBy names'],
  [{ tables: [{ ...people, newest: 'no' }] }, 'table people: newest names'],
  [
    { sources: [{ ...visits, oneRowPer: { key: ['no'] } }, sold] },
    'source visits: oneRowPer names',
  ],
  [
    {
      sources: [{ ...visits, oneRowPer: { key: ['id'], newest: 'no' } }, sold],
    },
    'source visits: oneRowPer names',
  ],
  [
    { sources: [visits, { ...sold, watermark: 'no' }] },
    'source sold: watermark names',
  ],
  [
    { sources: [visits, { ...sold, from: { ...sold.from, key: 'no' } }] },
    'source sold: key names',
  ],
])('a column that is none: %j', (changes, fault) => {
  expect(faults(changes)).toEqual([
    `${fault} "no", which is none of its columns: id, day`,
  ]);
});
