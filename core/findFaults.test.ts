import type { Pipeline } from './definePipeline.ts';
import { findFaults } from './findFaults.ts';
import {
  badRows,
  bar,
  cardQuery,
  csv,
  date,
  decimal,
  files,
  int,
  originLine,
  references,
  savedQuery,
  string,
  table,
  unique,
  values,
} from './index.ts';

const columns = { id: string(), day: date() };
const source = csv('visits', { files: '*.csv', columns });
const people = table('people', { columns, key: ['id'] });
const elsewhere = table('elsewhere', { columns });
const sound: Pipeline = {
  name: 'shop',
  title: 'Shop',
  period: 'day',
  schedule: 'cron(0 6 * * ? *)',
  sources: [source],
  tables: [people],
};
const soundFiles = { 'sql/people.sql': 'SELECT id, day FROM visits' };

type Changes = Partial<Pipeline>;
type Files = Readonly<Record<string, string>>;

const faults = (changes: Changes, files: Files = {}) =>
  findFaults({ ...sound, ...changes }, { ...soundFiles, ...files });

test('a sound definition has none', () => {
  expect(faults({})).toEqual([]);
});

test.each<[string, Changes, string]>([
  [
    'a name with a capital',
    { name: 'Shop' },
    'the name "Shop" is not allowed: use lower case letters, digits and _, ' +
      'and not run, ops, main, information_schema',
  ],
  [
    'a reserved name',
    { name: 'ops' },
    'the name "ops" is not allowed: use lower case letters, digits and _, ' +
      'and not run, ops, main, information_schema',
  ],
  [
    'a source with the name of a table',
    { sources: [csv('people', { files: '*', columns })] },
    '"people" is declared twice among its sources and tables',
  ],
  [
    'a column with a blank',
    { sources: [csv('visits', { files: '*', columns: { 'a b': date() } })] },
    'column "a b" of visits: use lower case letters, digits and _',
  ],
  [
    'more digits than an engine has',
    { tables: [table('people', { columns: { sum: decimal(39, 2) } })] },
    'column "sum" of people: decimal(39,2) needs 1 to 38 digits, 0 to all ' +
      'after the point',
  ],
  [
    'more digits after the point than there are',
    { tables: [table('people', { columns: { sum: decimal(2, 4) } })] },
    'column "sum" of people: decimal(2,4) needs 1 to 38 digits, 0 to all ' +
      'after the point',
  ],
  [
    'a schedule of five fields',
    { schedule: 'cron(0 6 * * *)' },
    'schedule "cron(0 6 * * *)": cron(…) has six fields, not 5',
  ],
  [
    'a schedule in words',
    { schedule: 'every day' },
    'schedule "every day": it is neither cron(…) nor rate(…) nor at(…), such ' +
      'as cron(0 6 * * ? *)',
  ],
  [
    'a time zone that nobody lives in',
    { timezone: 'Mars/Olympus' },
    'timezone "Mars/Olympus" is unknown: write one such as Europe/Paris',
  ],
  [
    'a table that may lose more than all',
    { tables: [table('people', { columns, maxDrop: 1.5 })] },
    'maxDrop of people is 1.5: it is a share, above 0 and below 1',
  ],
  [
    'a pipeline that may lose nothing',
    { maxDrop: 0 },
    'maxDrop of shop is 0: it is a share, above 0 and below 1',
  ],
  [
    'a job without a worker',
    { workers: { type: 'G.1X', count: 1 } },
    'workers.count is 1: it must be a whole number from 2 to 299',
  ],
  [
    'a part of a run to keep',
    { retention: { keep: 1.5 } },
    'retention.keep is 1.5: it must be a whole number of runs',
  ],
  [
    'a time to come',
    { retention: { olderThan: -1 } },
    'retention.olderThan is -1 seconds: it must not be below 0',
  ],
  ['no time to run', { sla: 0 }, 'sla is 0 seconds: it must be above 0'],
  [
    'a start that is no date',
    { startDate: '2024-02-30' },
    'startDate: "2024-02-30" is not a date: write YYYY-MM-DD',
  ],
  [
    'a period column without its scope',
    { sources: [csv('visits', { files: '*', columns, period: 'day' })] },
    'source visits names its period but its scope is "full"',
  ],
  [
    'a path of a period without its scope',
    { sources: [csv('visits', { files: '{yyyy}/*', columns })] },
    'source visits names its period but its scope is "full"',
  ],
  [
    'changes without a watermark',
    { sources: [csv('visits', { files: '*', columns, scope: 'changes' })] },
    'source visits has scope "changes" and no watermark column',
  ],
  [
    'a contract on what has no columns of its own',
    {
      sources: [
        files('visits', {
          files: '*',
          columns: { body: string() },
          contract: 'evolve',
        }),
      ],
    },
    'source visits has a contract, but text has no columns to differ',
  ],
  [
    'a share in percent',
    { sources: [csv('visits', { files: '*', columns, maxRejected: 50 })] },
    'source visits: maxRejected is a share between 0 and 1',
  ],
  [
    'one row per nothing',
    {
      sources: [csv('visits', { files: '*', columns, oneRowPer: { key: [] } })],
    },
    'source visits: oneRowPer names no column',
  ],
  [
    'the place of a record that has none',
    {
      sources: [csv('visits', { files: '*', columns: { line: originLine() } })],
    },
    'source visits: column "line" is a record\'s place, unknown in csv',
  ],
  [
    'a column that a value list does not have',
    {
      sources: [
        values('visits', {
          files: '*',
          block: 'visits',
          columns: { id: string({ from: 'code' }), name: string() },
        }),
      ],
    },
    'source visits: column "name" is neither "code" nor "label" of the value ' +
      'list',
  ],
  [
    'a check on what is not here',
    { checks: [unique(elsewhere, 'id')] },
    'check "unique id" is on elsewhere, which is none of the sources and ' +
      'tables here: visits, people',
  ],
  [
    'a reference to what is not here',
    { checks: [references(people, 'id', elsewhere, 'id')] },
    'check "id references elsewhere" is on elsewhere, which is none of the ' +
      'sources and tables here: visits, people',
  ],
  [
    'a check twice',
    { checks: [unique(people, 'id'), unique(people, 'id')] },
    'check "people: unique id" occurs twice',
  ],
  [
    'a saved query without its file',
    { queries: [savedQuery('best', 'Best')] },
    'saved query best has no SQL: write queries/best.sql',
  ],
  [
    'a card without its file',
    {
      dashboard: [
        bar('Top', cardQuery('top', { id: string(), n: int() }), {
          x: 'id',
          y: 'n',
        }),
      ],
    },
    'card "Top" has no SQL: write cards/top.sql',
  ],
])('%s', (_, changes, fault) => {
  expect(faults(changes)).toEqual([fault]);
});

test.each<[string, Files, string]>([
  [
    'a file for nothing',
    { 'sql/persons.sql': '' },
    'sql/persons.sql belongs to nothing that pipeline.ts declares',
  ],
  [
    'a file for one engine of nothing',
    { 'sql/persons.spark.sql': '' },
    'sql/persons.spark.sql belongs to nothing that pipeline.ts declares',
  ],
  [
    'a table in the folder of the cards',
    { 'cards/people.sql': '' },
    'cards/people.sql belongs to nothing that pipeline.ts declares',
  ],
])('%s', (_, files, fault) => {
  expect(faults({}, files)).toEqual([fault]);
});

test('a table without its file', () => {
  expect(findFaults(sound, {})).toEqual([
    'table people is never made: write sql/people.sql',
  ]);
});

test.each<[string, Changes, Files]>([
  ['texts for one engine alone', {}, { 'sql/people.athena.sql': 'SELECT 1' }],
  ['a rate', { schedule: 'rate(15 minutes)' }, {}],
  [
    'checks of one name on two relations',
    {
      checks: [
        badRows(source, 'empty', "id = ''"),
        badRows(people, 'empty', "id = ''"),
      ],
    },
    {},
  ],
])('no fault: %s', (_, changes, files) => {
  expect(faults(changes, files)).toEqual([]);
});

test('all faults are found at once', () => {
  const more = [table('Y', { columns }), table('people', { columns })];
  expect(faults({ name: 'X', sla: -1, tables: more })).toHaveLength(4);
});
