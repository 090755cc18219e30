import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CatalogTable, Snapshot } from '../../core/catalog.ts';
import { text } from '../sql.ts';
import { type Bench, testBench } from '../testing/bench.ts';
import { lakeViews, linesView } from './lakeViews.ts';
import { openLake, type QueryResult } from './openLake.ts';

const bench = testBench();

/** Lakes whose own path looks like a partition, and like none. */
const LAKES = ['year=1999', 'lake'];

/** Writes one snapshot's file. */
const snapshot = async (
  { db, folder }: Bench,
  location: string,
  select: string,
): Promise<Snapshot> => {
  for (const lake of LAKES) {
    const file = join(folder, lake, location, 'part-0.parquet');
    await mkdir(dirname(file), { recursive: true });
    await db.run(`COPY (${select}) TO ${text(file)} (FORMAT parquet)`);
  }
  const folders = location.split('/').map((name) => name.split('='));
  return {
    values: Object.fromEntries(folders.slice(2)),
    location: `${location}/`,
    files: ['part-0.parquet'],
    run: 'r',
    period: '2020-06',
    rows: 0,
    bytes: 0,
  };
};

type Shape = Pick<CatalogTable, 'columns' | 'partitionBy'>;

const query = async (
  { folder }: Bench,
  shape: Shape,
  partitions: readonly Snapshot[],
  sql: string,
) => {
  const state = {
    database: 'shop',
    version: 1,
    run: 'r',
    tables: {
      sales: { mode: 'replace', ...shape, partitions } as CatalogTable,
    },
    watermarks: {},
  };
  const results: QueryResult[] = [];
  for (const name of LAKES) {
    const lake = join(folder, name);
    const views = lakeViews([state], (key) => join(lake, key));
    const reader = await openLake(lake, views);
    results.push(await reader.query(sql));
    reader.close();
  }
  expect(results[1]).toEqual(results[0]);
  return results[0];
};

const plain: Shape = {
  columns: [
    { name: 'id', type: 'bigint' },
    { name: 'price', type: 'decimal(6,2)' },
  ],
  partitionBy: [],
};
const monthly: Shape = {
  columns: [
    { name: 'id', type: 'int' },
    { name: 'run', type: 'string' },
    { name: 'year', type: 'int' },
    { name: 'month', type: 'int' },
  ],
  partitionBy: ['year', 'month'],
};
/** A column with the name of a folder: `run=<run>/` is above every file. */
const withNote: Shape = {
  ...monthly,
  columns: monthly.columns.map((column) =>
    column.name === 'run' ? { ...column, name: 'note' } : column,
  ),
};
const ALL = 'FROM shop.sales ORDER BY ALL';

describe('lakeViews', () => {
  test('the files that the catalog names, and no other beside them', async () => {
    const on = await bench();
    const one = await snapshot(
      on,
      'sales/run=1',
      'SELECT 1::BIGINT AS id, 2.5::DECIMAL(6,2) AS price',
    );
    const two = await snapshot(
      on,
      'sales/run=2',
      'SELECT 2::BIGINT AS id, 3::DECIMAL(6,2) AS price',
    );
    expect(await query(on, plain, [two], ALL)).toEqual({
      columns: [
        { name: 'id', type: 'BIGINT' },
        { name: 'price', type: 'DECIMAL(6,2)' },
      ],
      rows: [['2', '3.00']],
    });
    expect((await query(on, plain, [one], ALL))?.rows).toEqual([['1', '2.50']]);
  });

  test.each([
    ['run', monthly],
    ['note', withNote],
  ])('partition columns and %s, with their types', async (column, shape) => {
    const on = await bench();
    const select = `SELECT 7 AS id, 'in the file' AS ${column}`;
    const at = ['run=b/year=2020/month=6', 'run=a/year=2019/month=11'];
    const partitions = await Promise.all(
      at.map((path) => snapshot(on, `sales/${path}`, select)),
    );
    expect(await query(on, shape, partitions, ALL)).toEqual({
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: column, type: 'VARCHAR' },
        { name: 'year', type: 'INTEGER' },
        { name: 'month', type: 'INTEGER' },
      ],
      rows: [
        [7, 'in the file', 2019, 11],
        [7, 'in the file', 2020, 6],
      ],
    });
  });

  test('days as partitions', async () => {
    const on = await bench();
    const shape: Shape = {
      columns: [
        { name: 'id', type: 'int' },
        { name: 'day', type: 'date' },
      ],
      partitionBy: ['day'],
    };
    const partitions = [
      await snapshot(on, 'sales/run=a/day=2020-06-01', 'SELECT 1 AS id'),
      await snapshot(on, 'sales/run=b/day=2020-06-02', 'SELECT 2 AS id'),
    ];
    const sql = "SELECT id FROM shop.sales WHERE day > DATE '2020-06-01'";
    expect((await query(on, shape, partitions, sql))?.rows).toEqual([[2]]);
  });

  test.each([
    ['run', monthly],
    ['note', withNote],
  ])('a column %s that came later is NULL before', async (column, shape) => {
    const on = await bench();
    const partitions = [
      await snapshot(on, 'sales/run=a/year=2020/month=5', 'SELECT 1 AS id'),
      await snapshot(
        on,
        'sales/run=b/year=2020/month=6',
        `SELECT 2 AS id, 'x' AS ${column}`,
      ),
    ];
    expect((await query(on, shape, partitions, ALL))?.rows).toEqual([
      [1, null, 2020, 5],
      [2, 'x', 2020, 6],
    ]);
  });

  test('a table without snapshots is empty and has its columns', async () => {
    expect(await query(await bench(), monthly, [], ALL)).toMatchObject({
      columns: monthly.columns.map(({ name }) => ({ name })),
      rows: [],
    });
  });
});

describe('linesView', () => {
  const columns = [
    { name: 'run_id', type: 'string' },
    { name: 'rows', type: 'bigint' },
    { name: 'seconds', type: 'double' },
  ] as const;

  test('reads lines of many files, with NULL for what is missing', async () => {
    const { db, folder } = await bench();
    for (const [name, row] of [
      ['a', "SELECT 'a' AS run_id, 1 AS rows, 0.5 AS seconds"],
      ['b', "SELECT 'b' AS run_id, 2 AS rows"],
    ])
      await db.run(
        `COPY (${row}) TO ${text(join(folder, `${name}.json`))} (FORMAT json)`,
      );
    const files = ['a', 'b'].map((name) => join(folder, `${name}.json`));
    const reader = await openLake(
      folder,
      linesView('ops', 'runs', columns, files),
    );
    expect((await reader.query('FROM ops.runs ORDER BY ALL')).rows).toEqual([
      ['a', '1', 0.5],
      ['b', '2', null],
    ]);
    reader.close();
  });

  test('is empty without files', async () => {
    const { folder } = await bench();
    const reader = await openLake(
      folder,
      linesView('ops', 'runs', columns, []),
    );
    expect((await reader.query('FROM ops.runs')).rows).toEqual([]);
    reader.close();
  });
});
