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
import { list } from '../sql.ts';
import type { Bench } from '../testing/bench.ts';
import { testBench } from '../testing/bench.ts';
import { landFiles, planSource, prepare } from '../testing/prepare.ts';
import { decodeByValue } from './byValue.ts';
import { fromPhysical } from './columnSql.ts';
import { decodeParquet } from './decodeParquet.ts';
import { readFooters } from './parquetFooters.ts';

const bench = testBench();

/** From so many rows on, a file is decoded in place. */
const MANY = 100_000;
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

/** Of one file, what is decoded by value, and the plan of reading it. */
const chosen = async (on: Bench, source: Source, sql: string) => {
  const plan = planSource(source);
  const [file] = await landFiles(on, plan, { 'a.parquet': { parquet: sql } });
  const paths = list([file?.local ?? '']);
  const described = await on.db.rows(`DESCRIBE ${sql}`);
  const types = new Map(
    described.map((row) => [String(row.column_name), String(row.column_type)]),
  );
  const { repeating } = await readFooters(on.db, plan, paths, types);
  const columns = [...repeating].flatMap(([column, type]) => {
    const read = fromPhysical(`"${column.name}"`, type, column);
    return read ? [{ column, sql: read, type }] : [];
  });
  return {
    repeating: [...repeating.keys()].map(({ name }) => name),
    decoded: await decodeByValue(on.db, `read_parquet(${paths})`, columns),
  };
};

test('gives the rows that are given one by one, and rejects the same', async () => {
  const few = await prepare(await bench(), odd, {
    'a.parquet': { parquet: ODD },
  });
  const times = MANY / 4;
  const many = await prepare(await bench(), odd, {
    'a.parquet': repeated(ODD, times / 2),
    'b.parquet': repeated(ODD, times / 2),
  });
  expect(few.rows).toHaveLength(2);
  const shown = (row: object) => Object.values(row).map(String).join(' | ');
  const counts = Map.groupBy(many.rows, shown);
  expect([...counts.keys()].sort()).toEqual(few.rows.map(shown).sort());
  for (const rows of counts.values()) expect(rows.length).toBe(times);
  expect(few.rejects.map(({ reason }) => reason)).toEqual([
    'part: "1.5" is not an int',
    'total: "x" is not an int',
  ]);
  expect(many.counts.reasons).toEqual({
    'part: not an int': times,
    'total: not an int': times,
  });
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
  expect(decoded.get('plain')?.texts).toEqual(['Porto', "it's", 'Ω']);
  for (const { sql: read } of decoded.values())
    expect(read.bad).toBeUndefined();
});

describe('how many values', () => {
  const source = parquet('many', {
    files: '*',
    columns: { t: string(), n: int(), whole: int() },
  });
  const counted = (values: number) =>
    `SELECT 'x' || i % ${values} AS t, (i % ${values})::VARCHAR AS n, ` +
    `(i % ${values})::DOUBLE AS whole FROM range(20000) AS r(i)`;
  const isMapped = (sql: string) => sql.includes('map_extract_value');

  test.each<[number, string[], string[]]>([
    [64, ['t', 'n', 'whole'], ['n', 'whole']],
    [65, ['t', 'n', 'whole'], ['n']],
    [320, ['t', 'n', 'whole'], ['n']],
    [321, [], []],
  ])('%i', async (values, names, mapped) => {
    const { decoded } = await chosen(await bench(), source, counted(values));
    expect([...decoded.keys()]).toEqual(names);
    expect(
      names.filter((name) => isMapped(decoded.get(name)?.sql.value('x') ?? '')),
    ).toEqual(mapped);
  });

  test('columns without a dictionary, or with a large one, are not looked at', async () => {
    const { repeating } = await chosen(
      await bench(),
      source,
      'SELECT md5(i::VARCHAR) AS t, (i % 5)::VARCHAR AS n, i / 7 AS whole ' +
        'FROM range(100000) AS r(i)',
    );
    expect(repeating).toEqual(['n']);
  });

  test('a text with the character 0 is left to the rows', async () => {
    const { decoded } = await chosen(
      await bench(),
      source,
      "SELECT 'a' || chr(0) AS t, '1' AS n, 1::DOUBLE AS whole " +
        'FROM range(1000)',
    );
    expect([...decoded.keys()]).toEqual(['n', 'whole']);
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
    const { relation, texts } = await decodeParquet(on.db, plan, landed);
    const found = await on.db.rows(
      `SELECT a, b, c, count(*)::INT AS n FROM ${relation} ` +
        'GROUP BY ALL ORDER BY n',
    );
    await on.db.run(`DROP VIEW ${relation}`);
    return { found, texts: [...(texts ?? [])] };
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
  expect(lacking.texts).toEqual([]);
});
