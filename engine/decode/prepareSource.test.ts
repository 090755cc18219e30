import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import {
  badRows,
  bigint,
  csv,
  date,
  int,
  json,
  mysql,
  notNull,
  string,
} from '../../core/index.ts';
import { periodOf } from '../../core/period.ts';
import type { Source } from '../../core/source.ts';
import { testBench } from '../testing/bench.ts';
import {
  figures,
  landFiles,
  type Prepared,
  planSource,
  prepare,
} from '../testing/prepare.ts';
import { prepareSource } from './prepareSource.ts';

const bench = testBench();

const columns = { id: bigint(), day: date(), what: string() };
const header = 'id,day,what\n';
const source = (options: Partial<Parameters<typeof csv>[1]>) =>
  csv('events', {
    files: '**/*.csv',
    maxRejected: 1,
    columns,
    ...options,
  } as Parameters<typeof csv>[1]) as Source<typeof columns>;

const what = ({ rows }: Prepared) => rows.map((row) => row.what).sort();

describe('one row per key', () => {
  const one = source({ oneRowPer: { key: ['id'] } });
  const newest = source({ oneRowPer: { key: ['id'], newest: 'day' } });
  const two = source({ oneRowPer: { key: ['id', 'day'] } });

  test.each<[string, Source, Record<string, string>, string[]]>([
    [
      'the greatest line of a file wins',
      one,
      { 'a.csv': '1,,x\n2,,y\n1,,z\n' },
      ['y', 'z'],
    ],
    [
      'the greatest path wins over the line',
      one,
      { 'a.csv': '9,,o\n1,,x\n', 'b.csv': '1,,z\n' },
      ['o', 'z'],
    ],
    [
      'paths are compared by their bytes',
      one,
      {
        'B.csv': '1,,B\n2,,B\n3,,B\n',
        'a/b.csv': '2,,a/b\n4,,a/b\n',
        'a-b.csv': '1,,a-b\n4,,a-b\n',
        'é.csv': '3,,é\n',
        'z.csv': '3,,z\n',
      },
      ['a-b', 'a/b', 'a/b', 'é'],
    ],
    [
      'the newest wins, wherever it stands',
      newest,
      { 'a.csv': '1,2020-06-02,x\n', 'b.csv': '1,2020-06-01,z\n' },
      ['x'],
    ],
    [
      'of equally new rows the place decides',
      newest,
      {
        'a.csv': '1,2020-06-02,x\n1,2020-06-02,y\n',
        'b.csv': '1,2020-06-02,z\n1,2020-06-01,o\n',
      },
      ['z'],
    ],
    [
      'no date is older than any',
      newest,
      { 'a.csv': '1,0001-01-01,x\n2,,y\n', 'b.csv': '1,,z\n2,,o\n' },
      ['o', 'x'],
    ],
    [
      'NULL is no key',
      one,
      { 'a.csv': ',,x\n,,y\n1,,z\n1,,o\n' },
      ['o', 'x', 'y'],
    ],
    [
      'a key with a NULL in it is none',
      two,
      { 'a.csv': '1,,x\n1,,y\n1,2020-06-01,z\n1,2020-06-01,o\n' },
      ['o', 'x', 'y'],
    ],
    [
      'a row that does not decode stands for nothing',
      one,
      { 'a.csv': '1,,x\n1,none,y\n' },
      ['x'],
    ],
  ])('%s', async (_, of, files, expected) => {
    const bodies = Object.entries(files).map(([path, body]) => [
      path,
      header + body,
    ]);
    const result = await prepare(await bench(), of, Object.fromEntries(bodies));
    expect(what(result)).toEqual(expected);
    expect(figures(result).used).toBe(expected.length);
  });

  test('counts and winners agree for every kind of key', async () => {
    const { db, folder } = await bench();
    const id = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: -70, max: 70 }),
      fc.maxSafeInteger(),
      fc.constant(null),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(id, fc.boolean()), { maxLength: 12 }),
        async (rows) => {
          const body = rows.map(
            ([key, isKept], i) => `${key ?? ''},${isKept ? 1 : 0},${i}\n`,
          );
          const winners = new Map<unknown, number>();
          for (const [i, [key, isKept]] of rows.entries())
            if (isKept) winners.set(key ?? Symbol('null'), i);
          const expected = [...winners.values()].sort((a, b) => a - b);
          for (const type of [bigint(), string()]) {
            const keyed = csv(`keyed_${run++}`, {
              files: '*',
              columns: { id: type, kept: int(), n: int() },
              keep: 'kept = 1',
              oneRowPer: { key: ['id'] },
            });
            const result = await prepare({ db, folder }, keyed as Source, {
              'a.csv': `id,kept,n\n${body.join('')}`,
            });
            const found = result.rows.map(({ n }) => Number(n));
            expect(found.sort((a, b) => a - b)).toEqual(expected);
            expect(figures(result)).toMatchObject({
              used: expected.length,
              dropped: rows.filter(([, isKept]) => !isKept).length,
            });
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what becomes of a row', () => {
  const kept = source({
    keep: "what <> 'drop'",
    oneRowPer: { key: ['id'], newest: 'day' },
  });
  const checks = [
    notNull(kept, 'day', { severity: 'quarantine' }),
    badRows(kept, 'too late', "day > DATE '2030-01-01'", {
      severity: 'quarantine',
    }),
    badRows(kept, 'no id', 'id IS NULL', { severity: 'quarantine' }),
    badRows(kept, 'odd', 'id % 2 = 1', { severity: 'warn' }),
  ];

  test.each<[string, string, Partial<ReturnType<typeof figures>>, object]>([
    ['it is used', '1,2020-06-01,x\n', { used: 1 }, {}],
    ['it is not kept', '1,2020-06-01,drop\n', { dropped: 1 }, {}],
    [
      'it is not known whether it is kept: it is not',
      '1,2020-06-01,\n',
      { dropped: 1 },
      {},
    ],
    [
      'not kept, so no check looks at it',
      '1,2040-01-01,drop\n1,,drop\n',
      { dropped: 2 },
      {},
    ],
    [
      'it does not decode, so nothing else counts',
      'x,2020-06-01,drop\n',
      { quarantined: 1 },
      { 'id: not a bigint': 1 },
    ],
    [
      'the first of two checks gives the reason',
      ',,x\n,2040-01-01,x\n',
      { quarantined: 2 },
      { 'not null day': 1, 'too late': 1 },
    ],
    [
      'what is set aside is no duplicate and shadows none',
      '1,2040-01-01,x\n1,2020-06-01,y\n',
      { used: 1, quarantined: 1 },
      { 'too late': 1 },
    ],
    [
      'what is not kept shadows none',
      '1,2020-06-01,y\n1,2020-06-02,drop\n',
      { used: 1, dropped: 1 },
      {},
    ],
    [
      'duplicates are counted among used rows',
      '1,2020-06-01,x\n1,2020-06-01,y\n1,2020-05-01,z\n1,,o\n',
      { used: 1, duplicates: 2, quarantined: 1 },
      { 'not null day': 1 },
    ],
  ])('%s', async (_, body, expected, reasons) => {
    const files = { 'a.csv': header + body };
    const result = await prepare(await bench(), kept, files, checks);
    expect(figures(result)).toEqual({
      landed: body.split('\n').length - 1,
      used: 0,
      dropped: 0,
      duplicates: 0,
      quarantined: 0,
      ...expected,
    });
    expect(result.counts.reasons).toEqual(reasons);
  });

  test('a check of rows gives its name, the raw text and the place', async () => {
    const files = { 'b/a.csv': `${header}1,2020-06-01,x\n"3",2031-01-01,y\n` };
    const { rejects } = await prepare(await bench(), kept, files, checks);
    expect(rejects).toEqual([
      {
        path: 'b/a.csv',
        line: 3,
        raw: '"3",2031-01-01,y',
        reason: 'too late',
      },
    ]);
  });

  test('more rejects than are noted while counting', async () => {
    const bad = '1,2040-01-01,x\n'.repeat(12_000);
    const files = { 'a.csv': `${header}2,2020-06-01,y\n${bad}` };
    const result = await prepare(await bench(), kept, files, checks);
    expect(figures(result).quarantined).toBe(12_000);
    expect(result.rejects.at(-1)).toMatchObject({ line: 12_002 });
    expect(new Set(result.rejects.map(({ line }) => line)).size).toBe(12_000);
  });
});

test('rows outside of the period are dropped, and those without a day', async () => {
  const monthly = source({ scope: 'period', period: 'day' });
  const result = await prepare(await bench(), monthly as Source, {
    'a.csv':
      `${header}1,2020-05-31,x\n2,2020-06-01,y\n3,2020-06-30,z\n` +
      '4,2020-07-01,o\n5,,u\n',
  });
  expect(what(result)).toEqual(['y', 'z']);
  expect(figures(result)).toMatchObject({ landed: 5, used: 2, dropped: 3 });
});

describe('watermark', () => {
  const changes = mysql('changes', {
    secret: 'test/mysql',
    table: 'changes',
    key: 'id',
    watermark: 'day',
    columns,
    oneRowPer: { key: ['id'] },
    recording: { files: '*.csv' },
  });
  const read = async (body: string) =>
    prepare(await bench(), changes, { 'a.csv': header + body });

  test('is the greatest among the used rows', async () => {
    const { counts } = await read(
      '1,2020-06-03,x\n1,2020-06-01,y\n2,2020-06-02,z\n',
    );
    expect(counts.watermark).toBe('2020-06-02');
  });

  test('is none without rows', async () => {
    expect((await read('')).counts).not.toHaveProperty('watermark');
  });
});

const gone = { files: '**/*.x', columns: { id: bigint() } };

test.each<[string, Source, string]>([
  ['a CSV file', csv('events', gone), 'id\n1\n'],
  ['a JSON file', json('events', gone), '{"id":1}\n'],
])('%s that went away after it landed is named', async (_, lost, body) => {
  const plan = planSource(lost);
  const landed = await landFiles(await bench(), plan, { 'a.x': body });
  for (const { local } of landed) await rm(local);
  const { db, folder } = await bench();
  const act = prepareSource(db, plan, landed, {
    period: periodOf('month', '2020-06'),
    checks: [],
    workDir: folder,
  });
  await expect(act).rejects.toMatchObject({
    name: 'SourceError',
    place: { source: 'events', file: 'a.x' },
    reason: expect.stringMatching(/^what landed can no longer be read: /),
  });
});
