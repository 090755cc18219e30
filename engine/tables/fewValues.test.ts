import { join } from 'node:path';
import { compile } from '../../core/compile.ts';
import { bigint, csv, int, parquet, string, table } from '../../core/index.ts';
import { periodOf } from '../../core/period.ts';
import { prepareSource } from '../decode/prepareSource.ts';
import type { LandedFile } from '../input.ts';
import { text } from '../sql.ts';
import { type Bench, testBench } from '../testing/bench.ts';
import { landFiles } from '../testing/prepare.ts';
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
  sortBy: ['country'],
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
  const trips = parquet('trips', {
    files: '*',
    columns: { id: bigint(), mode: string(), note: string(), empty: string() },
  });
  const written = table('written', {
    mode: 'replace',
    key: ['id'],
    sortBy: ['mode'],
    columns: { id: bigint(), mode: string(), note: string(), empty: string() },
  });
  const TRIPS =
    "SELECT i AS id, CASE i % 4 WHEN 0 THEN ' sea ' WHEN 1 THEN 'air' " +
    "WHEN 2 THEN 'Ω''s' END AS mode, 'n' || i AS note, " +
    'NULL::VARCHAR AS empty FROM range(100000) AS r(i)';

  const made = async (sql: string, isNarrowed: boolean) => {
    const on = await bench();
    const { db, folder } = on;
    const plan = compile(
      {
        name: 'test',
        title: 'Test',
        period: 'month',
        schedule: 'rate(1 day)',
        sources: [trips],
        tables: [written],
      },
      { 'sql/written.sql': sql },
    );
    const [source] = plan.sources;
    const [planned] = plan.tables;
    if (!source || !planned) throw new Error('no plan');
    const files = await landFiles(on, source, { a: { parquet: TRIPS } });
    const period = periodOf('month', '2020-06');
    const { texts } = await prepareSource(db, source, files, {
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
    const { columns, withSources } = await few.narrow(planned);
    const file = text(join(folder, 'tables/written/part-0.parquet'));
    return {
      narrowed: [...columns],
      withSources,
      rows: (await db.rows(`SELECT * FROM ${file}`)).map((row) =>
        Object.values(row).join(' '),
      ),
      schema: await db.rows(
        `SELECT * EXCLUDE (file_name) FROM parquet_schema(${file})`,
      ),
    };
  };

  test('are written as the same texts, in the same order', async () => {
    const sql = 'SELECT id, mode, note, empty FROM trips WHERE id % 5 <> 3';
    const plain = await made(sql, false);
    const few = await made(sql, true);
    expect(plain.narrowed).toEqual([]);
    expect(few.narrowed).toEqual(['mode']);
    expect(few.withSources).toContain('map_extract_value');
    expect(few.rows).toEqual(plain.rows);
    expect(few.rows).toHaveLength(80_000);
    expect(few.schema).toEqual(plain.schema);
  });

  test('stay texts where the SELECT does more than to pass them on', async () => {
    const sql = 'SELECT id, upper(mode) AS mode, note, empty FROM trips';
    const few = await made(sql, true);
    expect(few.narrowed).toEqual([]);
    expect(new Set(few.rows.map((row) => row.split(' ')[1]))).toEqual(
      new Set(['AIR', 'SEA', "Ω'S", '']),
    );
  });
});
