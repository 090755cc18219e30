import { readFile, writeFile } from 'node:fs/promises';
import {
  bigint,
  boolean,
  date,
  decimal,
  double,
  int,
  parquet,
  string,
} from '../../core/index.ts';
import type { Source } from '../../core/source.ts';
import type { Row } from '../database.ts';
import { ident, list } from '../sql.ts';
import type { Bench } from '../testing/bench.ts';
import { testBench } from '../testing/bench.ts';
import { landFiles, planSource, prepare } from '../testing/prepare.ts';
import { decodeByValue } from './byValue.ts';
import { fromPhysical } from './columnSql.ts';
import { decodeParquet } from './decodeParquet.ts';
import { readFooters } from './parquetFooters.ts';

const bench = testBench();

/** From so many rows on, values are looked at. */
const MANY = 500_000;
const day = { unit: 'days', since: '1960-01-01' } as const;

const odd = parquet('odd', {
  files: '*',
  maxRejected: 1,
  columns: {
    id: int(),
    plain: string(),
    blank: string(),
    marked: string({ nulls: ['n/a'] }),
    padded: string({ pad: { length: 3, with: '0' } }),
    count: int(),
    price: decimal(8, 2),
    on: date(),
    open: boolean({ trueAs: ['yes'], falseAs: ['no'] }),
    since: date({ epoch: day }),
    code: bigint(),
    share: double(),
    part: int(),
    total: int(),
  },
});

/** Text and numbers as files have them; `part` and `total` do not all decode. */
const ODD =
  'SELECT id, plain, blank, marked, padded, count, price, "on", open, ' +
  'since::DOUBLE AS since, code::DOUBLE AS code, share::DOUBLE AS share, ' +
  'part::DOUBLE AS part, total FROM (VALUES ' +
  "(1, ' Porto ', ' ', 'a', '7', '1', '1.50', '2020-06-01', 'yes', 0, " +
  "-3, 0.5, 1, '1'), " +
  "(2, 'Ω', 'b', 'n/a', '07', ' 2 ', '2', ' 2020-06-30', 'NO', 22066, " +
  "9007199254740991, -0.0, 1.5, '2'), " +
  "(3, 'it''s', 'b', 'n/a ', '0077', '3.0', NULL, NULL, NULL, NULL, " +
  "NULL, NULL, NULL, 'x'), " +
  "(4, NULL, NULL, NULL, NULL, NULL, '', '', '', -1, 7, 1e300, 2, NULL)) " +
  'AS r(id, plain, blank, marked, padded, count, price, "on", open, since, ' +
  'code, share, part, total)';

const repeated = (sql: string, times: number) => ({
  parquet: `SELECT r.* FROM (${sql}) AS r, range(${times})`,
});

/** Of one file, what may be decoded by value, and what is. */
const chosen = async (
  on: Bench,
  source: Source,
  sql: string,
  rows = 10_000_000,
) => {
  const plan = planSource(source);
  const [file] = await landFiles(on, plan, { 'a.parquet': { parquet: sql } });
  const described = await on.db.rows(`DESCRIBE ${sql}`);
  const types = new Map(
    described.map((row) => [String(row.column_name), String(row.column_type)]),
  );
  const paths = list([file?.local ?? '']);
  const { repeating } = await readFooters(on.db, plan, paths, types);
  const columns = plan.columns.flatMap((column) => {
    const type = repeating.get(column.name);
    const read = type && fromPhysical(`"${column.name}"`, type, column);
    return read ? [{ column, sql: read, type }] : [];
  });
  return {
    repeating: [...repeating.keys()],
    decoded: await decodeByValue(
      on.db,
      { files: [file?.local ?? ''], rows },
      columns,
    ),
  };
};

test('gives the rows that are given one by one, and rejects the same', async () => {
  const few = await prepare(await bench(), odd, {
    'a.parquet': { parquet: ODD },
  });
  const on = await bench();
  const times = MANY / 4;
  const plan = planSource(odd);
  const landed = await landFiles(on, plan, {
    'a.parquet': repeated(ODD, times / 2),
    'b.parquet': repeated(ODD, times / 2),
  });
  const { relation, fewTexts } = await decodeParquet(on.db, plan, landed);
  expect(fewTexts).toEqual(['plain']);
  const names = plan.columns.map(({ name, type }) =>
    /date|decimal/.test(type)
      ? `CAST(${ident(name)} AS VARCHAR) AS ${ident(name)}`
      : ident(name),
  );
  const rows = await on.db.rows(
    `SELECT ${names}, _bad, _value, count(*)::INT AS n FROM ${relation} ` +
      'GROUP BY ALL ORDER BY id',
  );
  expect(rows.map(({ n }) => n)).toEqual([times, times, times, times]);
  const isGood = ({ _bad }: Row) => _bad === null;
  const good = rows.filter(isGood).map(({ _bad, _value, n, ...row }) => row);
  expect(good).toEqual(few.rows);
  expect(good).toHaveLength(2);
  expect(
    rows
      .filter((row) => !isGood(row))
      .map(({ _bad, _value }) => [_bad, _value]),
  ).toEqual([
    ['part', '1.5'],
    ['total', 'x'],
  ]);
  expect(few.rejects.map(({ reason }) => reason)).toEqual([
    'part: "1.5" is not an int',
    'total: "x" is not an int',
  ]);
});

test('all but what is bad, blank or padded', async () => {
  const on = await bench();
  const { parquet: sql } = repeated(ODD, 100);
  const { repeating, decoded } = await chosen(on, odd, sql);
  expect(repeating).toEqual(
    Object.keys(odd.columns).filter((name) => name !== 'id'),
  );
  expect([...decoded.keys()]).toEqual([
    'plain',
    ...['count', 'price', 'on', 'open', 'since', 'code', 'share'],
  ]);
  expect([...decoded].filter(([, { isText }]) => isText)).toMatchObject([
    ['plain', {}],
  ]);
  for (const { sql: read } of decoded.values())
    expect(read.bad).toBeUndefined();
});

describe('how many values', () => {
  const source = parquet('many', {
    files: '*',
    columns: { t: string(), n: int(), whole: int(), real: double() },
  });
  const counted = (values: number) =>
    `SELECT 'x' || i % ${values} AS t, (i % ${values})::VARCHAR AS n, ` +
    `(i % ${values})::DOUBLE AS whole, (i % ${values}) / 2 AS real ` +
    'FROM range(20000) AS r(i)';
  const isMapped = (sql: string) => sql.includes('map_extract_value');

  const byRows = async (sql: string, rows?: number) => {
    const { decoded } = await chosen(await bench(), source, sql, rows);
    const all = [...decoded];
    return {
      names: all.map(([name]) => name),
      mapped: all
        .filter(([, { sql: read }]) => isMapped(read.value('x')))
        .map(([name]) => name),
    };
  };

  test.each<[number, string[], string[]]>([
    [64, ['t', 'n', 'whole', 'real'], ['n', 'whole']],
    [65, ['t', 'whole', 'real'], []],
    [320, ['t', 'whole', 'real'], []],
    [321, [], []],
  ])('%i, and NULL', async (values, names, mapped) => {
    expect(await byRows(counted(values))).toEqual({ names, mapped });
    const withNull = `${counted(values)} UNION ALL SELECT NULL, NULL, NULL, NULL`;
    expect(await byRows(withNull)).toEqual({ names, mapped });
  });

  test('are looked up where there are rows enough for each', async () => {
    expect(await byRows(counted(10), 500_000)).toMatchObject({
      mapped: ['n', 'whole'],
    });
    expect(await byRows(counted(10), 499_999)).toEqual({
      names: ['t', 'whole', 'real'],
      mapped: [],
    });
  });

  test('that come later count, and so do those beyond a sample', async () => {
    const late =
      "SELECT 'x' || least(i, 320) AS t, NULL::VARCHAR AS n, " +
      'greatest(i - 59679, 0)::DOUBLE AS whole, 0.5::DOUBLE AS real ' +
      'FROM range(60000) AS r(i)';
    expect((await byRows(late)).names).toEqual(['real']);
  });

  test('texts that are one when they are trimmed', async () => {
    const { decoded } = await chosen(
      await bench(),
      source,
      "SELECT CASE i % 2 WHEN 0 THEN ' a' ELSE 'a ' END AS t, '1' AS n, " +
        '1::DOUBLE AS whole, NULL::DOUBLE AS real FROM range(1000) AS r(i)',
    );
    expect(decoded.get('t')).toMatchObject({ isText: true });
  });

  test('columns without a dictionary are not looked at, nor in one row group', async () => {
    const { repeating } = await chosen(
      await bench(),
      source,
      "SELECT CASE WHEN i < 122880 THEN 'x' ELSE md5(i::VARCHAR) END AS t, " +
        '(i % 5)::VARCHAR AS n, i / 7 AS whole, 0.5::DOUBLE AS real ' +
        'FROM range(300000) AS r(i)',
    );
    expect(repeating).toEqual(['n', 'real']);
  });

  test.each([
    ['a NUL', "'a' || chr(0)"],
    ['a byte order mark', "chr(65279) || 'ja'"],
    ['a line end', "'two' || chr(10) || 'lines'"],
  ])('with %s they are left to the rows', async (_, sql) => {
    const { decoded } = await chosen(
      await bench(),
      source,
      `SELECT ${sql} AS t, '1' AS n, 1::DOUBLE AS whole, 0.5::DOUBLE AS real ` +
        'FROM range(1000)',
    );
    expect([...decoded.keys()]).toEqual(['n', 'whole', 'real']);
  });
});

test('a column without any value, and one that a file lacks', async () => {
  const source = parquet('gaps', {
    files: '*',
    contract: 'evolve',
    columns: { a: string(), b: double(), c: int() },
  });
  const on = await bench();
  const counted = async (second: string) => {
    const plan = planSource(source);
    const landed = await landFiles(on, plan, {
      'a.parquet': {
        parquet:
          "SELECT NULL::VARCHAR AS a, 0.5::DOUBLE AS b, ' 7' AS c " +
          `FROM range(${MANY})`,
      },
      'b.parquet': { parquet: second },
    });
    const { relation, fewTexts } = await decodeParquet(on.db, plan, landed);
    const found = await on.db.rows(
      `SELECT a, b, c, count(*)::INT AS n FROM ${relation} ` +
        'GROUP BY ALL ORDER BY n',
    );
    await on.db.run(`DROP VIEW ${relation}`);
    return { found, fewTexts };
  };
  const whole = await counted(
    `SELECT 'x' AS a, NULL::DOUBLE AS b, NULL::VARCHAR AS c FROM range(2)`,
  );
  expect(whole.found).toEqual([
    { a: 'x', b: null, c: null, n: 2 },
    { a: null, b: 0.5, c: 7, n: MANY },
  ]);
  const lacking = await counted("SELECT '8' AS c FROM range(2)");
  expect(lacking.found).toEqual([
    { a: null, b: null, c: 8, n: 2 },
    { a: null, b: 0.5, c: 7, n: MANY },
  ]);
  expect(lacking.fewTexts).toEqual([]);
});

test('what cannot be read does no harm where nobody reads it', async () => {
  const source = parquet('broken', {
    files: '*',
    columns: { id: bigint(), odd: string() },
  });
  const on = await bench();
  const plan = planSource(source);
  const landed = await landFiles(on, plan, {
    'a.parquet': {
      parquet: `SELECT i AS id, 'QQQQ' AS odd FROM range(${MANY}) AS r(i)`,
    },
  });
  const { local = '' } = landed[0] ?? {};
  const body = await readFile(local);
  const QQQQ = Buffer.from('QQQQ');
  for (let at = body.indexOf(QQQQ); at >= 0; at = body.indexOf(QQQQ, at + 1))
    body[at] = 0xff;
  await writeFile(local, body);
  const { relation } = await decodeParquet(on.db, plan, landed);
  expect(
    await on.db.row(`SELECT count(id)::INT AS n FROM ${relation}`),
  ).toEqual({ n: MANY });
});
