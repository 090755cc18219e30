import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { compile } from '../core/compile.ts';
import { SourceError, TableError } from '../core/errors.ts';
import {
  badRows,
  csv,
  date,
  int,
  notNull,
  rowCount,
  string,
  table,
} from '../core/index.ts';
import { periodOf } from '../core/period.ts';
import { openDatabase } from './database.ts';
import type { EngineInput, LandedFile } from './input.ts';
import { runEngine } from './runEngine.ts';
import { testBench } from './testing/bench.ts';
import { refusal } from './testing/prepare.ts';

const bench = testBench();

const orders = csv('orders', {
  files: 'orders.csv',
  columns: { id: int(), shop: string() },
  oneRowPer: { key: ['id'] },
  keep: "shop <> 'closed'",
});
const totals = table('totals', {
  columns: { shop: string(), orders: int(), run_date: date() },
  key: ['shop'],
});

/** What the engine is told besides, true or not. */
interface Told {
  readonly told: Partial<LandedFile>;
  readonly published: EngineInput['published'];
  /** The folder of the engine's files. */
  readonly below: string;
}

const SQL =
  'SELECT shop, CAST(count(*) AS INTEGER) AS orders, max(run_date) AS run_date ' +
  'FROM orders CROSS JOIN run GROUP BY shop';

const engine = async (
  body: string,
  sql = SQL,
  { told = {}, published = {}, below }: Partial<Told> = {},
) => {
  const folder = below ?? (await bench()).folder;
  const local = join(folder, 'orders.csv');
  const text = `id,shop\n${body}`;
  await writeFile(local, text);
  const plan = compile(
    {
      name: 'shop',
      title: 'Shop',
      period: 'month',
      schedule: 'rate(1 day)',
      sources: [orders],
      tables: [totals],
      checks: [
        notNull(orders, 'id', { severity: 'quarantine' }),
        badRows(orders, 'id 99', 'id = 99', { severity: 'quarantine' }),
        rowCount(totals, { min: 2 }),
        badRows(totals, 'many', 'orders > 1', { severity: 'warn' }),
      ],
    },
    { 'sql/totals.sql': sql },
  );
  return runEngine({
    plan,
    run: 'R1',
    date: '2020-06-15',
    period: periodOf('month', '2020-06-15'),
    sources: {
      orders: [
        {
          path: 'orders.csv',
          local,
          bytes: text.length,
          records: text.trim().split('\n').length - 1,
          ...told,
        },
      ],
    },
    published,
    workDir: join(folder, 'work'),
    limits: { spillDir: join(folder, 'spill') },
  });
};

const old = { files: [], columns: [], period: '2020-05' };
test.each<[string, Partial<Told>, number]>([
  ['few rows', { published: { totals: { ...old, rows: 122_880 } } }, 1],
  ['many rows', { told: { records: 122_881 } }, availableParallelism()],
  ['many bytes', { told: { bytes: 33 << 20 } }, availableParallelism()],
  [
    'many published rows',
    { published: { totals: { ...old, rows: 122_881 } } },
    availableParallelism(),
  ],
])('for %s', async (_, more, threads) => {
  const { folder } = await bench();
  // What is told is not what is there: it is refused, by as many threads.
  await engine('1,a\n2,b\n', SQL, { ...more, below: folder }).catch(() => {});
  const db = await openDatabase({ spillDir: join(folder, 'spill') }, true);
  const row = await db.row(`SELECT current_setting('threads')::INT AS n`);
  db.close();
  expect(row).toEqual({ n: threads });
});

test('prepares, writes and checks', async () => {
  const { sources, tables, checks } = await engine(
    '1,a\n2,a\n2,b\n,b\n3,closed\nx,b\n4,b\n',
  );
  expect(sources).toEqual([
    {
      source: 'orders',
      files: 1,
      bytes: 40,
      landed: 7,
      used: 3,
      dropped: 1,
      duplicates: 1,
      quarantined: 2,
      reasons: { 'not null id': 1, 'id: not an int': 1 },
      rejects: 'orders.rejects.ndjson',
    },
  ]);
  expect(tables).toMatchObject([{ table: 'totals', rows: 2, values: {} }]);
  expect(
    checks.map(({ relation, check, severity, passed, badRows: bad }) =>
      [relation, check, severity, passed, bad].join(' | '),
    ),
  ).toEqual([
    'orders | rows add up | fail | true | 0',
    'orders | not null id | quarantine | false | 1',
    'orders | id 99 | quarantine | true | 0',
    'totals | row count | fail | true | 0',
    'totals | many | warn | false | 1',
    'totals | unique shop | fail | true | 0',
  ]);
  expect(checks[0]?.detail).toBe(
    '7 landed = 3 used + 1 dropped + 1 duplicates + 2 quarantined',
  );
});

test('a check that fails is told, not thrown', async () => {
  const { checks } = await engine('1,a\n');
  expect(checks.filter(({ passed }) => !passed)).toEqual([
    {
      check: 'row count',
      relation: 'totals',
      severity: 'fail',
      passed: false,
      badRows: 1,
      detail: '1 rows, expected at least 2',
    },
  ]);
});

test('a declared key is checked without being asked for', async () => {
  const { checks } = await engine(
    '1,a\n2,b\n',
    "SELECT 'a' AS shop, 1 AS orders, DATE '2020-06-15' AS run_date FROM orders",
  );
  expect(checks.filter(({ passed }) => !passed)).toMatchObject([
    { check: 'unique shop', severity: 'fail', detail: 'shop=a occurrences=2' },
  ]);
});

test.each<[string, Promise<unknown>['then'] | object, string, string, RegExp]>([
  [
    'input that is not as declared',
    SourceError,
    '1,a,b\n',
    SQL,
    /^pipeline shop, source orders, file orders\.csv, line 2: 1 of 1 records/,
  ],
  [
    'SQL that is wrong',
    TableError,
    '1,a\n',
    'SELECT 1 AS shop\nFROM order',
    /^pipeline shop, table totals, file sql\/totals\.sql, line 2: /,
  ],
])('an error names the pipeline: %s', async (_, type, body, sql, message) => {
  const error = await refusal(engine(body, sql));
  expect(error).toBeInstanceOf(type);
  expect(error.message).toMatch(message);
});
