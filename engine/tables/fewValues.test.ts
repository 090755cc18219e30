import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from '../../core/compile.ts';
import { bigint, csv, int, parquet, string, table } from '../../core/index.ts';
import { periodOf } from '../../core/period.ts';
import { prepareBeside } from '../decode/prepareSource.ts';
import type { LandedFile } from '../input.ts';
import { text } from '../sql.ts';
import { type Bench, testBench } from '../testing/bench.ts';
import { FewValues } from './fewValues.ts';
import { passedOn } from './passedOn.ts';
import { writeTable } from './writeTable.ts';

const bench = testBench();

describe('what a SELECT passes on', () => {
  test.each<[string, string, string[]]>([
    ['a column', 'SELECT a FROM t', ['t.a as a']],
    ['by another name', 'SELECT t.a AS b FROM t', ['t.a as b']],
    [
      'of joined relations, under their own names',
      'SELECT x.a, y.a AS b FROM t AS x LEFT JOIN t AS y ON y.k = x.k',
      ['t.a as a', 't.a as b'],
    ],
    ['not what is computed', 'SELECT upper(a) AS a, b FROM t', ['t.b as b']],
    ['not what decides', "SELECT a, b FROM t WHERE a <> 'x'", ['t.b as b']],
    [
      'not what joins',
      'SELECT t.a, t.b FROM t JOIN u ON u.a = 1',
      ['t.b as b'],
    ],
    [
      'not what another column is made of',
      "SELECT a AS c, c || 'x' AS d, b FROM t",
      ['t.b as b'],
    ],
    ['not of a nameless relation', 'SELECT a FROM t JOIN u ON t.k = u.k', []],
    ['nothing of a star', 'SELECT *, a FROM t', []],
    ['nothing of a WITH', 'WITH t AS (SELECT 1 AS a) SELECT a FROM t', []],
    ['nothing of a subquery', 'SELECT a FROM (SELECT b AS a FROM t)', []],
    ['nothing beside a subquery', 'SELECT a, (SELECT 1) AS b FROM t', []],
    ['nothing of renamed columns', 'SELECT b FROM t AS t(b)', []],
    ['nothing of a join by name', 'SELECT t.a FROM t JOIN u USING (a)', []],
    ['nothing that is sorted', 'SELECT a FROM t ORDER BY a', []],
    ['nothing that is made distinct', 'SELECT DISTINCT a FROM t', []],
    ['nothing that is grouped', 'SELECT a FROM t GROUP BY a', []],
    ['nothing of a union', 'SELECT a FROM t UNION ALL SELECT a FROM u', []],
    ['nothing of what is no SELECT', 'SELEC a', []],
    ['nothing beside a whole row', 'SELECT a, hash(t) AS h FROM t', []],
    [
      'nothing beside a row by another name',
      'SELECT a, hash(x) AS h FROM t AS x',
      [],
    ],
    [
      'nothing beside a column by its place',
      'SELECT a, hash(#1) AS h FROM t',
      [],
    ],
  ])('%s', async (_, sql, expected) => {
    const { db } = await bench();
    const passed = await passedOn(db, sql);
    expect(
      passed.map(
        ({ relation, column, as }) => `${relation}.${column} as ${as}`,
      ),
    ).toEqual(expected);
  });
});

test.each<[string, string, string[]]>([
  ['of the only relation', 'SELECT a FROM t', ['a']],
  [
    'of what others are joined to',
    'SELECT t.a, u.b FROM t LEFT JOIN u ON t.k = u.k LEFT JOIN v ON t.k = v.k',
    ['a'],
  ],
  ['not of what is joined', 'SELECT u.a FROM t LEFT JOIN u ON t.k = u.k', []],
  [
    'not of what is joined with itself',
    'SELECT u.a FROM t LEFT JOIN t AS u ON t.k = u.p',
    [],
  ],
  [
    'not where rows must have a match',
    'SELECT t.a FROM t JOIN u ON t.k = u.k',
    [],
  ],
  [
    'not where the other one has all rows',
    'SELECT t.a FROM t RIGHT JOIN u ON t.k = u.k',
    [],
  ],
  [
    'not of groups',
    'SELECT a, count(*) AS n FROM t GROUP BY ALL HAVING count(*) > 1',
    [],
  ],
  [
    'not of rows that are multiplied, or by none',
    "SELECT a, UNNEST(string_split(b, ',')) AS c FROM t",
    [],
  ],
  ['not of some rows', 'SELECT a FROM t WHERE b > 1', []],
  ['not of a sample', 'SELECT a FROM t USING SAMPLE 10', []],
  ['not of a sampled relation', 'SELECT a FROM t TABLESAMPLE 10%', []],
  [
    'not of the first of each kind',
    'SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY b) = 1',
    [],
  ],
])('columns of all rows: %s', async (_, sql, expected) => {
  const { db } = await bench();
  const passed = await passedOn(db, sql);
  expect(
    passed.filter(({ isOfAll }) => isOfAll).map(({ column }) => column),
  ).toEqual(expected);
});

const people = csv('people', {
  files: '*',
  columns: { id: bigint(), code: int() },
});
const countries = csv('countries', {
  files: 'c',
  columns: { code: int(), label: string(), continent: string() },
});
const made = table('made', {
  mode: 'replace',
  key: ['id'],
  sortBy: ['continent'],
  columns: { id: bigint(), country: string(), continent: string() },
});
const SQL =
  'SELECT p.id, c.label AS country, upper(c.continent) AS continent ' +
  'FROM people AS p LEFT JOIN countries AS c ON c.code = p.code';

const landed = (records: number): LandedFile[] => [
  { path: 'x', local: 'x', bytes: 1, records },
];

/** Writes the table of people, with the values looked at or not. */
const write = async (
  { db, folder }: Bench,
  sql: string,
  isNarrowed: boolean,
  many = 100_000,
) => {
  const plan = compile(
    {
      name: 'test',
      title: 'Test',
      period: 'month',
      schedule: 'rate(1 day)',
      sources: [people, countries],
      tables: [made],
    },
    { 'sql/made.sql': sql },
  );
  const [planned] = plan.tables;
  if (!planned) throw new Error('no table');
  const sources = { people: landed(many), countries: landed(4) };
  const few = new FewValues(db, { plan, sources });
  const workDir = join(folder, String(isNarrowed));
  const period = periodOf('month', '2020-06');
  const input = { period, published: {}, workDir };
  const { files } = await writeTable(
    db,
    planned,
    input,
    isNarrowed ? few : undefined,
  );
  await db.run('DROP VIEW made');
  const file = text(join(workDir, files[0] ?? ''));
  return {
    narrowed: await few.narrow(planned),
    rows: (await db.rows(`SELECT * FROM ${file}`)).map(Object.values),
    schema: await db.rows(
      `SELECT * EXCLUDE (file_name) FROM parquet_schema(${file})`,
    ),
    isCoded: (
      await db.row(
        `SELECT bool_and(contains(encodings, '_DICTIONARY')) AS coded ` +
          `FROM parquet_metadata(${file}) WHERE path_in_schema = 'country'`,
      )
    ).coded,
  };
};

const withRelations = async (): Promise<Bench> => {
  const on = await bench();
  await on.db.run(
    'CREATE TEMP VIEW people AS SELECT range AS id, ' +
      'CAST(range % 5 AS INTEGER) AS code FROM range(1000)',
  );
  await on.db.run(
    'CREATE TEMP VIEW countries AS SELECT * FROM (VALUES ' +
      "(0, 'Côte d''Ivoire', 'Africa'), (1, 'Peru', 'America'), " +
      "(2, '', 'none'), (3, NULL, 'none')) AS c(code, label, continent)",
  );
  return on;
};

describe('texts of a small source in a large table', () => {
  test('are written as the same texts, of the same type', async () => {
    const on = await withRelations();
    const plain = await write(on, SQL, false);
    const few = await write(on, SQL, true);
    expect([...few.narrowed.columns]).toEqual(['country']);
    expect(few.rows).toEqual(plain.rows);
    expect(few.rows).toHaveLength(1000);
    expect(few.schema).toEqual(plain.schema);
    expect(few.isCoded).toBe(true);
  });

  test.each<[string, string, number]>([
    ['the table is small', SQL, 99_999],
    [
      'the SELECT compares it with a text that is none of them',
      `${SQL} WHERE c.label <> 'Atlantis'`,
      100_000,
    ],
    [
      'the SELECT does more than join',
      `SELECT id, country, continent FROM (${SQL})`,
      100_000,
    ],
  ])('stay as they are where %s', async (_, sql, many) => {
    const on = await withRelations();
    const plain = await write(on, sql, false, many);
    const few = await write(on, sql, true, many);
    expect(few.narrowed).toEqual({ withSources: '', columns: new Set() });
    expect(few.rows).toEqual(plain.rows);
    expect(few.rows.length).toBeGreaterThan(0);
  });

  test('an error names the line of the SELECT', async () => {
    const on = await withRelations();
    const sql = SQL.replace('FROM', '\nFROM').replace(
      'p.id,',
      "\nCAST('y' || p.id AS BIGINT) AS id,",
    );
    await expect(write(on, sql, true)).rejects.toMatchObject({
      message: expect.stringContaining("'y0'"),
      place: { table: 'made', file: 'sql/made.sql' },
    });
  });
});

describe('texts of a large file', () => {
  const MANY = 500_000;
  const columns = {
    ...{ id: bigint(), mode: string(), kind: string(), note: string() },
    ...{ empty: string(), long: string() },
  };
  const trips = parquet('trips', {
    files: '*',
    columns,
    keep: "id <> 1 OR mode <> 'air'",
  });
  const written = table('written', {
    mode: 'replace',
    key: ['id'],
    sortBy: ['kind'],
    columns,
  });
  const TRIPS =
    "SELECT i AS id, CASE WHEN i = 8 THEN 'hidden' WHEN i % 4 = 0 THEN " +
    "' sea ' WHEN i % 4 = 1 THEN 'air' WHEN i % 4 = 2 THEN 'Ω''s' END AS mode, " +
    "'kind ' || i % 7 AS kind, 'n' || i AS note, NULL::VARCHAR AS empty, " +
    `repeat('x', 1000) || i % 9 AS long FROM range(${MANY}) AS r(i)`;
  const ALL = 'SELECT id, mode, kind, note, empty, long FROM trips';

  const made = async (sql: string, isNarrowed: boolean, keep = 'id <> 8') => {
    const { db, folder } = await bench();
    const plan = compile(
      {
        name: 'test',
        title: 'Test',
        period: 'month',
        schedule: 'rate(1 day)',
        sources: [{ ...trips, keep }],
        tables: [written],
      },
      { 'sql/written.sql': sql },
    );
    const [source] = plan.sources;
    const [planned] = plan.tables;
    if (!source || !planned) throw new Error('no plan');
    const local = join(folder, 'trips.parquet');
    await db.run(`COPY (${TRIPS}) TO ${text(local)} (FORMAT parquet)`);
    const files = [{ path: 'a', local, bytes: 1, records: MANY }];
    const period = periodOf('month', '2020-06');
    const { texts } = await prepareBeside(db, source, files, {
      period,
      checks: [],
      workDir: folder,
    });
    const few = new FewValues(
      db,
      { plan, sources: { trips: files } },
      isNarrowed ? new Map([['trips', texts]]) : new Map(),
    );
    const input = { period, published: {}, workDir: folder };
    await writeTable(db, planned, input, few);
    const { columns: narrowed, withSources } = await few.narrow(planned);
    const file = join(folder, 'tables/written/part-0.parquet');
    const stats = await db.rows(
      'SELECT path_in_schema AS name, min(stats_min_value) AS low, ' +
        `max(stats_max_value) AS high FROM parquet_metadata(${text(file)}) ` +
        "WHERE name IN ('mode', 'kind') GROUP BY name ORDER BY name",
    );
    return {
      texts: [...texts.keys()],
      narrowed: [...narrowed],
      withSources,
      stats,
      bytes: await readFile(file),
      // In their order: what is written is numbered as it is read.
      digest: await db.row(
        'SELECT count(*)::INT AS rows, bit_xor(hash(n, r)) AS digest FROM ' +
          '(SELECT row_number() OVER () AS n, r FROM ' +
          `(SELECT {'id': id, 'm': mode, 'k': kind, 'n': note, 'e': empty, ` +
          `'l': long} AS r FROM ${text(file)}))`,
      ),
      schema: await db.rows(
        `SELECT * EXCLUDE (file_name) FROM parquet_schema(${text(file)})`,
      ),
    };
  };

  test('are written as the same texts, in the same order', async () => {
    const plain = await made(ALL, false);
    const few = await made(ALL, true);
    expect(few.texts).toEqual(expect.arrayContaining(['mode', 'kind', 'long']));
    expect(plain.narrowed).toEqual([]);
    // A column that it is sorted by stays; so do long texts, and many.
    expect(few.narrowed).toEqual(['mode']);
    expect(few.withSources).toContain('map_extract_value');
    expect(few.digest).toEqual(plain.digest);
    expect(few.digest.rows).toBe(MANY - 1);
    expect(few.schema).toEqual(plain.schema);
    expect(few.stats).toEqual(plain.stats);
  });

  test('of rows that are not used, the file has none', async () => {
    const few = await made(ALL, true);
    expect(few.narrowed).toEqual(['mode']);
    expect(few.bytes.includes('hidden')).toBe(false);
    const all = await made(ALL, true, 'true');
    expect(all.narrowed).toEqual(['mode']);
    expect(all.bytes.includes('hidden')).toBe(true);
  });

  test('stay texts where a condition may say another thing each time', async () => {
    const keep = 'id <> 8 AND (id > 8 OR random() < 0.5)';
    const few = await made(ALL, true, keep);
    expect(few).toMatchObject({ texts: [], narrowed: [], withSources: '' });
  });

  test.each([
    ['takes some rows', `${ALL} WHERE note <> 'n8'`],
    [
      'does more than to pass them on',
      ALL.replace('mode', 'upper(mode) AS mode'),
    ],
  ])('stay texts where the SELECT %s', async (_, sql) => {
    const few = await made(sql, true, 'true');
    expect(few).toMatchObject({ narrowed: [], withSources: '' });
    const plain = await made(sql, false, 'true');
    expect(few.digest).toEqual(plain.digest);
    expect(few.bytes.includes('hidden')).toBe(false);
  });
});
