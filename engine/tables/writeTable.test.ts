import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from '../../core/compile.ts';
import { TableError } from '../../core/errors.ts';
import {
  bigint,
  boolean,
  csv,
  date,
  decimal,
  double,
  int,
  string,
  table,
  timestamp,
} from '../../core/index.ts';
import { periodOf } from '../../core/period.ts';
import type { PlanTable } from '../../core/plan.ts';
import type { Table } from '../../core/table.ts';
import type { PublishedFiles } from '../input.ts';
import { ident, text } from '../sql.ts';
import { type Bench, testBench } from '../testing/bench.ts';
import { refusal } from '../testing/prepare.ts';
import { writeTable } from './writeTable.ts';

const bench = testBench();

const monthly = csv('s', {
  files: '*',
  scope: 'period',
  columns: { x: string() },
});
const planTable = (of: Table, sql: string): PlanTable =>
  compile(
    {
      name: 'test',
      title: 'Test',
      period: 'month',
      schedule: 'rate(1 day)',
      sources: [monthly],
      tables: [of],
    },
    { [`sql/${of.name}.sql`]: sql },
  ).tables[0] as PlanTable;

const rowsSql = (columns: string, rows: string) =>
  `SELECT * FROM (VALUES ${rows}) AS r(${columns})`;

const write = async (
  on: Bench,
  of: Table,
  sql: string,
  published: Record<string, PublishedFiles> = {},
  period = '2020-06',
) => {
  const written = await writeTable(on.db, planTable(of, sql), {
    period: periodOf('month', period),
    published,
    workDir: on.folder,
  });
  const { db } = on;
  const columns = Object.keys(of.columns).map(
    (name) => `CAST(${ident(name)} AS VARCHAR) AS ${ident(name)}`,
  );
  const rows = await db.rows(`SELECT ${columns} FROM ${ident(of.name)}`);
  const files = written.files.map((file) => join(on.folder, file));
  return { written, files, rows: rows.map((row) => Object.values(row)) };
};

const refused = async (of: Table, sql: string) => {
  const error = await refusal(write(await bench(), of, sql));
  expect(error).toBeInstanceOf(TableError);
  return error as TableError;
};

const everything = table('everything', {
  columns: {
    s: string(),
    i: int(),
    b: bigint(),
    x: double(),
    d: decimal(12, 2),
    f: boolean(),
    day: date(),
    ts: timestamp(),
  },
});

describe('files', () => {
  const sql =
    "SELECT 'a' AS s, 1 AS i, 2 AS b, 3 AS x, 4.5 AS d, true AS f, " +
    "DATE '2020-06-01' AS day, TIMESTAMP '2020-06-01 01:02:03.000004' AS ts";

  test('Parquet by zstd, with the declared types', async () => {
    const on = await bench();
    const { written, files, rows } = await write(on, everything, sql);
    expect(written).toEqual({
      table: 'everything',
      rows: 1,
      bytes: expect.any(Number),
      values: {},
      files: ['tables/everything/part-0.parquet'],
    });
    expect(rows).toEqual([
      [
        'a',
        '1',
        '2',
        '3.0',
        '4.50',
        'true',
        '2020-06-01',
        '2020-06-01 01:02:03.000004',
      ],
    ]);
    const schema = await on.db.rows(
      `DESCRIBE FROM read_parquet(${text(files[0] ?? '')})`,
    );
    expect(schema.map((row) => [row.column_name, row.column_type])).toEqual([
      ['s', 'VARCHAR'],
      ['i', 'INTEGER'],
      ['b', 'BIGINT'],
      ['x', 'DOUBLE'],
      ['d', 'DECIMAL(12,2)'],
      ['f', 'BOOLEAN'],
      ['day', 'DATE'],
      ['ts', 'TIMESTAMP'],
    ]);
    const codecs = await on.db.rows(
      'SELECT DISTINCT compression AS c FROM ' +
        `parquet_metadata(${text(files[0] ?? '')})`,
    );
    expect(codecs).toEqual([{ c: 'ZSTD' }]);
  });

  test('an empty table is a file without rows, with the types', async () => {
    const on = await bench();
    const empty = await write(on, everything, `${sql} WHERE false`);
    expect(empty.written.rows).toBe(0);
    expect(empty.rows).toEqual([]);
    expect(
      await on.db.rows(
        `SELECT typeof(any_value(d)) AS t FROM ${text(empty.files[0] ?? '')}`,
      ),
    ).toEqual([{ t: 'DECIMAL(12,2)' }]);
  });

  test('sorted as declared', async () => {
    const sorted = table('sorted', {
      columns: { a: string(), n: int() },
      sortBy: ['a', 'n'],
    });
    const { rows } = await write(
      await bench(),
      sorted,
      rowsSql('a, n', "('b', 1), ('a', 2), ('b', 0), (NULL, 3), ('a', 1)"),
    );
    expect(rows).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', '0'],
      ['b', '1'],
      [null, '3'],
    ]);
  });

  test('sorted where many threads write many row groups', async () => {
    const on = await bench();
    const sorted = table('sorted', {
      columns: { n: bigint() },
      sortBy: ['n'],
    });
    const { files } = await write(
      on,
      sorted,
      'SELECT i * 7919 % 1000003 AS n FROM range(1000000) t(i)',
    );
    const [groups] = await on.db.rows(
      'SELECT count(*) FILTER (low < before) AS back, count(*) AS n FROM (' +
        'SELECT stats_min_value::BIGINT AS low, lag(stats_max_value::BIGINT) ' +
        'OVER (ORDER BY row_group_id) AS before ' +
        `FROM parquet_metadata(${text(files[0] ?? '')}))`,
    );
    expect(groups).toEqual({ back: 0n, n: 16n });
  });

  test('a SELECT may end in a comment', async () => {
    const { rows } = await write(
      await bench(),
      table('t', { columns: { n: int() } }),
      'SELECT 1 AS n -- one',
    );
    expect(rows).toEqual([['1']]);
  });

  test('a table may be made of the ones before it', async () => {
    const on = await bench();
    await write(on, table('a', { columns: { n: int() } }), 'SELECT 1 AS n');
    const { rows } = await write(
      on,
      table('b', { columns: { n: int() } }),
      'SELECT n + 1 AS n FROM a',
    );
    expect(rows).toEqual([['2']]);
  });
});

describe('merge', () => {
  const byId = table('t', {
    mode: 'merge',
    key: ['id'],
    columns: { id: int(), what: string() },
  });
  const newest = table('t', {
    mode: 'merge',
    key: ['id'],
    newest: 'day',
    columns: { id: int(), day: date(), what: string() },
  });

  /** Publishes rows, then merges others into them. */
  const merge = async (before: [Table, string][], of: Table, rows: string) => {
    let published: Record<string, PublishedFiles> = {};
    for (const [earlier, old] of before) {
      const names = Object.keys(earlier.columns).join(', ');
      const { files, written } = await write(
        await bench(),
        earlier,
        rowsSql(names, old),
        published,
      );
      const columns = planTable(earlier, '').columns;
      const { rows: count } = written;
      published = { t: { columns, files, rows: count, period: '2020-06' } };
    }
    const names = Object.keys(of.columns).join(', ');
    const result = await write(
      await bench(),
      of,
      rowsSql(names, rows),
      published,
    );
    expect(result.written.rows).toBe(result.rows.length);
    return result.rows.map((row) => row.join(' ')).sort();
  };

  test('nothing is published yet', async () => {
    expect(await merge([], byId, "(1, 'a'), (2, 'b')")).toEqual(['1 a', '2 b']);
  });

  test('the new row stands for its key', async () => {
    expect(
      await merge(
        [[byId, "(1, 'old'), (2, 'old')"]],
        byId,
        "(2, 'new'), (3, 'new')",
      ),
    ).toEqual(['1 old', '2 new', '3 new']);
  });

  test('a NULL in the key is one key', async () => {
    expect(
      await merge([[byId, "(NULL, 'old'), (2, 'old')"]], byId, "(NULL, 'new')"),
    ).toEqual([' new', '2 old']);
  });

  test('over several runs', async () => {
    expect(
      await merge(
        [
          [byId, "(1, 'a'), (2, 'a')"],
          [byId, "(2, 'b'), (3, 'b')"],
        ],
        byId,
        "(3, 'c')",
      ),
    ).toEqual(['1 a', '2 b', '3 c']);
  });

  test.each<[string, string, string, string]>([
    ['newer', "DATE '2020-06-01'", "DATE '2020-06-02'", 'new'],
    ['older', "DATE '2020-06-02'", "DATE '2020-06-01'", 'old'],
    ['as new', "DATE '2020-06-01'", "DATE '2020-06-01'", 'new'],
    ['of unknown age', "DATE '2020-06-01'", 'NULL::DATE', 'old'],
    ['better known', 'NULL::DATE', "DATE '0001-01-01'", 'new'],
    ['of unknown age like the old one', 'NULL::DATE', 'NULL::DATE', 'new'],
  ])('by age: the new row is %s', async (_, old, fresh, expected) => {
    const rows = await merge(
      [[newest, `(1, ${old}, 'old'), (2, ${old}, 'stays')`]],
      newest,
      `(1, ${fresh}, 'new'), (3, ${fresh}, 'comes')`,
    );
    expect(rows.map((row) => row.split(' ').at(-1)).sort()).toEqual(
      ['comes', expected, 'stays'].sort(),
    );
  });

  /** Runs months one after another, each with a row of its own and shared ones. */
  const months = async (order: readonly (readonly [string, string])[]) => {
    let published: Record<string, PublishedFiles> = {};
    let rows: unknown[][] = [];
    for (const [period, values] of order) {
      const select = rowsSql('id, what', values);
      const made = await write(await bench(), byId, select, published, period);
      const { columns } = planTable(byId, '');
      const { files, written } = made;
      published = { t: { columns, files, rows: written.rows, period } };
      rows = made.rows;
    }
    return rows.map((row) => row.join(' ')).sort();
  };
  const APRIL = ['2020-04', "(1, 'apr'), (2, 'apr'), (4, 'apr')"] as const;
  const MAY = ['2020-05', "(1, 'may'), (2, 'may'), (5, 'may')"] as const;
  const JUNE = ['2020-06', "(1, 'jun'), (6, 'jun')"] as const;

  test.each([
    [[APRIL, MAY, JUNE]],
    [[APRIL, JUNE, MAY]],
    [[MAY, APRIL, JUNE]],
    [[MAY, JUNE, APRIL]],
    [[JUNE, APRIL, MAY]],
    [[JUNE, MAY, APRIL]],
    [[JUNE, APRIL, MAY, APRIL, MAY]],
  ])('by period, in whatever order: %j', async (order) => {
    expect(await months(order)).toEqual(
      ['1 jun', '2 may', '4 apr', '5 may', '6 jun'].sort(),
    );
  });

  test('a period that is run again replaces its own rows, no newer ones', async () => {
    expect(
      await months([APRIL, MAY, ['2020-04', "(1, 'new'), (4, 'new')"]]),
    ).toEqual(['1 may', '2 may', '4 new', '5 may']);
  });

  test('rows of files that tell no period are of the newest', async () => {
    const { db, folder } = await bench();
    const file = join(folder, 'old.parquet');
    await db.run(
      `COPY (${rowsSql('id, what', "(1, 'old'), (2, 'old')")}) TO ${text(file)}`,
    );
    const { columns } = planTable(byId, '');
    const published = {
      t: { columns, files: [file], rows: 2, period: '2020-05' },
    };
    const merged = async (period: string) => {
      const select = rowsSql('id, what', "(2, 'new'), (3, 'new')");
      const made = await write(await bench(), byId, select, published, period);
      return made.rows.map((row) => row.join(' ')).sort();
    };
    expect(await merged('2020-04')).toEqual(['1 old', '2 old', '3 new']);
    expect(await merged('2020-05')).toEqual(['1 old', '2 new', '3 new']);
  });

  test('of several columns', async () => {
    const two = table('t', {
      mode: 'merge',
      key: ['a', 'b'],
      columns: { a: int(), b: string(), what: string() },
    });
    expect(
      await merge(
        [[two, "(1, 'x', 'old'), (1, 'y', 'old'), (1, NULL, 'old')"]],
        two,
        "(1, 'y', 'new'), (1, NULL, 'new'), (2, 'x', 'new')",
      ),
    ).toEqual(['1  new', '1 x old', '1 y new', '2 x new']);
  });

  test('a column that is new is NULL in the published rows', async () => {
    const more = table('t', {
      mode: 'merge',
      key: ['id'],
      columns: { id: bigint(), added: decimal(6, 2), what: string() },
    });
    expect(
      await merge(
        [[byId, "(1, 'old'), (2, 'old')"]],
        more,
        "(2::BIGINT, 1.5, 'new')",
      ),
    ).toEqual(['1  old', '2 1.50 new']);
  });

  test('a column that is gone goes', async () => {
    expect(
      await merge(
        [[newest, "(1, DATE '2020-06-01', 'old')"]],
        byId,
        "(2, 'new')",
      ),
    ).toEqual(['1 old', '2 new']);
  });
});

describe('partition', () => {
  const byMonth = table('t', {
    mode: 'partition',
    partitionBy: { year: 'year', month: 'month' },
    sortBy: ['what'],
    columns: { what: string(), year: int(), month: int() },
  });
  const byDay = table('t', {
    mode: 'partition',
    partitionBy: { day: 'date' },
    columns: { what: string(), day: date() },
  });
  const names = 'what, year, month';

  test('the columns are in the path and not in the file', async () => {
    const on = await bench();
    const { written, files, rows } = await write(
      on,
      byMonth,
      rowsSql(names, "('b', 2020, 6), ('a', 2020, 6)"),
    );
    expect(written).toMatchObject({
      rows: 2,
      values: { year: '2020', month: '6' },
      files: ['tables/t/year=2020/month=6/part-0.parquet'],
    });
    expect(rows).toEqual([
      ['a', '2020', '6'],
      ['b', '2020', '6'],
    ]);
    const schema = await on.db.rows(
      `DESCRIBE FROM read_parquet(${text(files[0] ?? '')}, ` +
        'hive_partitioning = false)',
    );
    expect(schema.map((row) => row.column_name)).toEqual(['what']);
  });

  test('by the first day of the period', async () => {
    const { written, rows } = await write(
      await bench(),
      byDay,
      "SELECT 'a' AS what, DATE '2020-06-01' AS day",
    );
    expect(written.files).toEqual(['tables/t/day=2020-06-01/part-0.parquet']);
    expect(rows).toEqual([['a', '2020-06-01']]);
  });

  test.each<[string, Table, string, string]>([
    [
      'another month',
      byMonth,
      rowsSql(names, "('a', 2020, 6), ('b', 2020, 7)"),
      'a row lies outside of the period 2020-06: year=2020, month=7',
    ],
    [
      'another year',
      byMonth,
      rowsSql(names, "('b', 2019, 6)"),
      'a row lies outside of the period 2020-06: year=2019, month=6',
    ],
    [
      'no month',
      byMonth,
      rowsSql(names, "('a', 2020, 6), ('b', 2020, NULL)"),
      'a row lies outside of the period 2020-06: year=2020, month=NULL',
    ],
    [
      'another day',
      byDay,
      "SELECT 'a' AS what, DATE '2020-06-02' AS day",
      'a row lies outside of the period 2020-06: day=2020-06-02',
    ],
  ])('refuses %s, and names it', async (_, of, sql, message) => {
    const error = await refused(of, sql);
    expect(error.message).toContain(message);
    expect(error.place).toMatchObject({ table: 't', file: 'sql/t.sql' });
  });
});

describe('a SELECT that does not fit', () => {
  const fit = table('fit', { columns: { a: string(), n: int() } });
  test.each<[string, string, RegExp, object]>([
    [
      'a column is missing',
      "SELECT 'x' AS a",
      /the SELECT lacks n: expected a, n/,
      { column: 'n' },
    ],
    [
      'a column too many',
      "SELECT 'x' AS a, 1 AS n, 2 AS m",
      /gives m, which the table does not have/,
      { column: 'm' },
    ],
    [
      'another order',
      "SELECT 1 AS n, 'x' AS a",
      /gives n as column 1, expected a: the order is a, n/,
      { column: 'a' },
    ],
    [
      'a number with a fraction for a whole one',
      "SELECT 'x' AS a, 1.5::DOUBLE AS n",
      /the SELECT gives DOUBLE, expected int/,
      { column: 'n' },
    ],
    [
      'text for a number',
      "SELECT 'x' AS a, '1' AS n",
      /the SELECT gives VARCHAR, expected int/,
      { column: 'n' },
    ],
    [
      'a wrong name, with its line',
      "SELECT\n  'x' AS a,\n  m AS n\nFROM (SELECT 1 AS k)",
      /"m" not found/,
      { line: 3 },
    ],
    ['no SQL', 'SELEC 1', /syntax error/, { line: 1 }],
    [
      'a whole number that is too large',
      "SELECT 'x' AS a, 3000000000 AS n",
      /out of range/,
      {},
    ],
    ['no number at all', "SELECT 'x' AS a, CAST('y' AS INT) AS n", /'y'/, {}],
  ])('%s', async (_, sql, message, place) => {
    const error = await refused(fit, sql);
    expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({
      table: 'fit',
      file: 'sql/fit.sql',
      ...place,
    });
    expect(error.message).not.toContain('COPY');
  });

  test('whole numbers may widen, and NULL of the type fits', async () => {
    const wide = table('wide', {
      columns: { a: string(), b: bigint(), d: decimal(10, 2), x: double() },
    });
    const { rows } = await write(
      await bench(),
      wide,
      'SELECT NULL::VARCHAR AS a, 1::TINYINT AS b, 2 AS d, 3::HUGEINT AS x',
    );
    expect(rows).toEqual([[null, '1', '2.00', '3.0']]);
  });
});

test('nothing else is left in the work folder', async () => {
  const on = await bench();
  await write(on, table('t', { columns: { n: int() } }), 'SELECT 1 AS n');
  expect((await readdir(on.folder, { recursive: true })).sort()).toEqual([
    'tables',
    'tables/t',
    'tables/t/part-0.parquet',
  ]);
});
