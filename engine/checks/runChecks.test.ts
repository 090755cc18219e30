import { CheckError } from '../../core/errors.ts';
import {
  accepted,
  badRows,
  bigint,
  type Check,
  date,
  days,
  double,
  freshness,
  int,
  notNull,
  range,
  references,
  rowCount,
  string,
  table,
  timestamp,
  unique,
} from '../../core/index.ts';
import { periodOf } from '../../core/period.ts';
import type { Table } from '../../core/table.ts';
import { duckType, ident } from '../sql.ts';
import { testBench } from '../testing/bench.ts';
import { refusal } from '../testing/prepare.ts';
import { type CheckContext, runChecks } from './runChecks.ts';

const bench = testBench();

const plays = table('plays', {
  columns: {
    id: bigint(),
    user: string(),
    n: int(),
    x: double(),
    day: date(),
    ts: timestamp(),
  },
});
const users = table('users', { columns: { name: string(), number: bigint() } });
const monthly = table('monthly', {
  mode: 'partition',
  partitionBy: { year: 'year', month: 'month' },
  key: ['id', 'year', 'month'],
  columns: { id: bigint(), year: int(), month: int() },
});
const TABLES: readonly Table[] = [plays, users, monthly];

/** What a test says of its tables: their rows, and what the context claims. */
interface Given {
  readonly plays?: string;
  readonly users?: string;
  readonly monthly?: string;
  readonly published?: number;
  /** Rows that the tables are said to have, so that bitmaps are tried. */
  readonly claimed?: number;
}

const run = async (checks: readonly Check[], given: Given) => {
  const { db } = await bench();
  const rows = new Map<string, number>();
  for (const { name, columns } of TABLES) {
    const types = Object.entries(columns).map(
      ([column, { type }]) => `${ident(column)} ${duckType(type)}`,
    );
    await db.run(`CREATE TEMP TABLE ${ident(name)} (${types.join(', ')})`);
    const values = given[name as 'plays'];
    if (values) await db.run(`INSERT INTO ${ident(name)} ${values}`);
    const { n } = await db.row(`SELECT count(*) AS n FROM ${ident(name)}`);
    rows.set(name, given.claimed ?? Number(n));
  }
  const context: CheckContext = {
    db,
    input: {
      period: periodOf('month', '2020-06'),
      published:
        given.published === undefined
          ? {}
          : {
              plays: {
                ...{ columns: [], files: [], period: '2020-05' },
                rows: given.published,
              },
            },
    },
    columns: new Map(
      TABLES.map(({ name, columns }) => [
        name,
        Object.entries(columns).map(([column, of]) => ({
          name: column,
          ...of,
        })),
      ]),
    ),
    rows,
    constant: new Map([['monthly', new Set(['year', 'month'])]]),
  };
  return runChecks(checks, context);
};

const ids = (...values: (number | string)[]) =>
  `(id) VALUES ${values.map((v) => `(${v})`).join(', ')}`;
const of = (column: string, ...values: (number | string)[]) =>
  `(${column}) VALUES ${values.map((v) => `(${v})`).join(', ')}`;

describe('rules', () => {
  test.each<[string, Check, Given, number, string | null]>([
    ['not null', notNull(plays, 'id'), { plays: ids(1, 2) }, 0, null],
    ['no rows at all', notNull(plays, 'id'), {}, 0, null],
    [
      'null',
      notNull(plays, ['id', 'user']),
      { plays: "(id, \"user\") VALUES (1, 'a'), (NULL, 'b'), (3, NULL)" },
      2,
      null,
    ],
    ['unique', unique(plays, 'id'), { plays: ids(1, 2, 3) }, 0, null],
    [
      'not unique',
      unique(plays, 'id'),
      { plays: ids(1, 2, 1, 1, 2, 3) },
      2,
      'id=1 occurrences=3',
    ],
    [
      'unique together',
      unique(plays, ['id', 'n']),
      { plays: '(id, n) VALUES (1, 1), (1, 2), (2, 1)' },
      0,
      null,
    ],
    [
      'not unique together',
      unique(plays, ['id', 'n']),
      { plays: '(id, n) VALUES (1, 1), (1, 2), (1, 2)' },
      1,
      'id=1 n=2 occurrences=2',
    ],
    [
      'unique but for the partition columns',
      unique(monthly, ['id', 'year', 'month']),
      { monthly: 'VALUES (1, 2020, 6), (2, 2020, 6)' },
      0,
      null,
    ],
    [
      'not unique with the partition columns',
      unique(monthly, ['id', 'year', 'month']),
      { monthly: 'VALUES (1, 2020, 6), (1, 2020, 6)' },
      1,
      'id=1 year=2020 month=6 occurrences=2',
    ],
    [
      'accepted, or not known',
      accepted(plays, 'user', ["it's", 'b']),
      { plays: of('"user"', "'it''s'", "'b'", 'NULL') },
      0,
      null,
    ],
    [
      'not accepted',
      accepted(plays, 'n', [1, 2]),
      { plays: of('n', 1, 3, 2, 4) },
      2,
      null,
    ],
    [
      'in the range, bounds and all',
      range(plays, 'x', { min: -1, max: 1.5 }),
      { plays: of('x', -1, 1.5, 'NULL') },
      0,
      null,
    ],
    [
      'below',
      range(plays, 'n', { min: 0 }),
      { plays: of('n', -1, 0) },
      1,
      null,
    ],
    [
      'above',
      range(plays, 'n', { max: 0 }),
      { plays: of('n', 0, 1, 2) },
      2,
      null,
    ],
    [
      'days in a range',
      range(plays, 'day', { min: '2020-06-01', max: '2020-06-30' }),
      { plays: of('day', "'2020-05-31'", "'2020-06-30'", "'2020-07-01'") },
      2,
      null,
    ],
    [
      'references',
      references(plays, 'user', users, 'name'),
      { plays: of('"user"', "'a'", "'a'", 'NULL'), users: of('name', "'a'") },
      0,
      null,
    ],
    [
      'dangling references, each once',
      references(plays, 'user', users, 'name'),
      {
        plays: of('"user"', "'a'", "'b'", "'b'"),
        users: of('name', "'a'", 'NULL'),
      },
      1,
      'user=b',
    ],
    [
      'references to an empty table',
      references(plays, 'id', users, 'number'),
      { plays: ids(1, 2) },
      2,
      null,
    ],
    [
      'enough rows',
      rowCount(plays, { min: 2, max: 2 }),
      { plays: ids(1, 2) },
      0,
      null,
    ],
    [
      'too few rows',
      rowCount(plays, { min: 3 }),
      { plays: ids(1, 2) },
      1,
      '2 rows, expected at least 3',
    ],
    [
      'too many rows',
      rowCount(plays, { max: 1 }),
      { plays: ids(1, 2) },
      1,
      '2 rows, expected at most 1',
    ],
    [
      'as many rows as may be lost',
      rowCount(plays, { maxDrop: 0.5 }),
      { plays: ids(1, 2), published: 4 },
      0,
      null,
    ],
    [
      'more rows lost',
      rowCount(plays, { maxDrop: 0.5 }),
      { plays: ids(1, 2), published: 5 },
      1,
      '2 rows after 5: a drop beyond 0.5',
    ],
    [
      'nothing published to be lost',
      rowCount(plays, { maxDrop: 0 }),
      { plays: ids(1) },
      0,
      null,
    ],
    [
      'fresh to the day',
      freshness(plays, 'day', days(1)),
      { plays: of('day', "'2020-06-01'", "'2020-06-30'") },
      0,
      null,
    ],
    [
      'a day too old',
      freshness(plays, 'day', days(1)),
      { plays: of('day', "'2020-06-29'") },
      1,
      'the newest day is 2020-06-29, more than 86400 s before the end of ' +
        '2020-06-30',
    ],
    [
      'fresh to the second',
      freshness(plays, 'ts', 60 as never),
      { plays: of('ts', "'2020-06-30 23:59:00'") },
      0,
      null,
    ],
    [
      'a second too old',
      freshness(plays, 'ts', 60 as never),
      { plays: of('ts', "'2020-06-30 23:58:59'") },
      1,
      null,
    ],
    [
      'nothing is not fresh',
      freshness(plays, 'ts', days(99)),
      {},
      1,
      'the newest ts is missing, more than 8553600 s before the end of ' +
        '2020-06-30',
    ],
    [
      'a condition, also one that is not known',
      badRows(plays, 'odd', 'n % 2 = 1'),
      { plays: of('n', 2, 4, 'NULL') },
      0,
      null,
    ],
    [
      'a condition that is met',
      badRows(plays, 'odd', 'n % 2 = 1 OR n = 2'),
      { plays: of('n', 1, 2, 4) },
      2,
      null,
    ],
  ])('%s', async (_, check, given, bad, detail) => {
    const [result] = await run([check], given);
    expect(result).toMatchObject({ badRows: bad, passed: bad === 0 });
    if (bad === 0) expect(result).not.toHaveProperty('detail');
    if (detail !== null) expect(result?.detail).toContain(detail);
  });
});

test('each result carries its check, whatever the order', async () => {
  const checks = [
    rowCount(plays, { min: 9 }, { severity: 'warn', name: 'many' }),
    notNull(plays, 'id'),
    unique(plays, 'id', { severity: 'warn' }),
    badRows(plays, 'three', 'id = 3', { severity: 'warn' }),
    references(plays, 'id', users, 'number'),
    notNull(users, 'name', { name: 'named' }),
  ];
  const results = await run(checks, {
    plays: ids(1, 1, 3, 'NULL'),
    users: '(name, number) VALUES (NULL, 1), (NULL, 3)',
  });
  expect(
    results.map(({ relation, check, severity, passed, badRows: bad }) =>
      [relation, check, severity, passed, bad].join(' | '),
    ),
  ).toEqual([
    'plays | many | warn | false | 1',
    'plays | not null id | fail | false | 1',
    'plays | unique id | warn | false | 1',
    'plays | three | warn | false | 1',
    'plays | id references users | fail | true | 0',
    'users | named | fail | false | 2',
  ]);
});

test('the first bad rows are shown, and no more', async () => {
  const [result] = await run([range(plays, 'n', { max: 0 })], {
    plays: "(n, day) VALUES (1, '2020-06-01'), (2, NULL), (3, NULL), (4, NULL)",
  });
  expect(result?.detail?.split('; ')).toHaveLength(3);
  expect(result?.detail).toContain('n=1');
  expect(result?.detail).toContain('day=2020-06-01');
});

test('a check that cannot be run is named', async () => {
  const error = await refusal(
    run(
      [
        notNull(plays, 'id'),
        badRows(plays, 'typo', 'nn > 1'),
        unique(plays, 'id'),
      ],
      {},
    ),
  );
  expect(error).toBeInstanceOf(CheckError);
  expect(error.message).toMatch(
    /^table plays: check "typo" could not be run: .*"nn" not found/,
  );
});

describe('on many rows the result is the same', () => {
  test.each<[string, Check, Given, number]>([
    ['unique', unique(plays, 'id'), { plays: ids(-3, 0, 70_000) }, 0],
    ['not unique', unique(plays, 'id'), { plays: ids(5, -5, 5) }, 1],
    ['two NULLs', unique(plays, 'id'), { plays: ids('NULL', 'NULL', 1) }, 1],
    ['no rows', unique(plays, 'id'), {}, 0],
    [
      'huge numbers',
      unique(plays, 'id'),
      { plays: ids('9223372036854775807', '-9223372036854775808') },
      0,
    ],
    [
      'unique but for the partition columns',
      unique(monthly, ['year', 'id', 'month']),
      { monthly: 'VALUES (1, 2020, 6), (2, 2020, 6)' },
      0,
    ],
    [
      'references',
      references(plays, 'id', users, 'number'),
      { plays: ids(1, 2, 2, 'NULL'), users: of('number', 0, 1, 2, 3) },
      0,
    ],
    [
      'dangling references',
      references(plays, 'id', users, 'number'),
      { plays: ids(1, 2, -9), users: of('number', 1, 2) },
      1,
    ],
    [
      'references into another range',
      references(plays, 'id', users, 'number'),
      { plays: ids(1, 2), users: of('number', 700_001, 700_002) },
      2,
    ],
    [
      'references to nothing',
      references(plays, 'id', users, 'number'),
      { plays: ids(1) },
      1,
    ],
    [
      'an int to a bigint',
      references(plays, 'n', users, 'number' as never),
      { plays: of('n', -1, 1), users: of('number', -1, 1, '5000000000') },
      0,
    ],
  ])('%s', async (_, check, given, bad) => {
    for (const claimed of [undefined, 1_000_000]) {
      const [result] = await run([check], {
        ...given,
        ...(claimed !== undefined && { claimed }),
      });
      expect([claimed, result?.badRows]).toEqual([claimed, bad]);
    }
  });
});
