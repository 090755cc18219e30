import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CatalogTable } from '../../core/catalog.ts';
import type { ColumnType } from '../../core/column.ts';
import { text } from '../sql.ts';
import { type Bench, testBench } from '../testing/bench.ts';
import { compareTable } from './compareTable.ts';

const open = testBench();
let bench: Bench;
beforeEach(async () => {
  bench = await open();
});
let written = 0;

/** A published table with the rows of a SELECT; `parts` by partition value. */
const published = async (
  types: Readonly<Record<string, ColumnType>>,
  parts: Readonly<Record<string, string>>,
): Promise<CatalogTable> => {
  const { db, folder } = bench;
  const by = Object.keys(parts).join() === '' ? [] : ['day'];
  const partitions = [];
  for (const [day, select] of Object.entries(parts)) {
    const location = `run=${written++}/${day ? `day=${day}/` : ''}`;
    const file = join(folder, location, 'p.parquet');
    await mkdir(dirname(file), { recursive: true });
    await db.run(`COPY (${select}) TO ${text(file)} (FORMAT parquet)`);
    const { n } = await db.row(`SELECT count(*) AS n FROM (${select})`);
    partitions.push({
      values: (day ? { day } : {}) as Record<string, string>,
      location,
      files: ['p.parquet'],
      run: location,
      period: day,
      rows: Number(n),
      bytes: 1,
    });
  }
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
  return {
    mode: by.length ? 'partition' : 'replace',
    columns,
    partitionBy: by,
    partitions,
  };
};

const compare = (
  before: CatalogTable | undefined,
  after: CatalogTable | undefined,
  key: readonly string[],
) => {
  const { folder } = bench;
  const local = (location: string) => join(folder, location);
  const limits = { spillDir: join(folder, '..', 'spill') };
  return compareTable({ before, after, key }, local, limits);
};

const TYPES = { id: 'int', name: 'string', x: 'double' } as const;
const rows = (...values: string[]) =>
  `SELECT id, name::VARCHAR AS name, x FROM (VALUES ${values.join(', ')}) AS v(id, name, x)`;
const one = (...values: string[]) => published(TYPES, { '': rows(...values) });

const CASES: [string, string[], string[], string[], object][] = [
  [
    'the same',
    ["(1, 'a', 1.5e0)", "(2, NULL, 'NaN'::DOUBLE)"],
    ["(2, NULL, 'NaN'::DOUBLE)", "(1, 'a', 1.5e0)"],
    ['id'],
    { by: 'key', added: 0, removed: 0, changed: 0, columns: {} },
  ],
  [
    'one of each',
    ["(1, 'a', 1e0)", "(2, 'b', 1e0)"],
    ["(2, 'c', 1e0)", "(3, 'd', 1e0)"],
    ['id'],
    { by: 'key', added: 1, removed: 1, changed: 1, columns: { name: 1 } },
  ],
  [
    'to NULL and from NULL',
    ["(1, 'a', NULL)", '(2, NULL, 2e0)'],
    ['(1, NULL, 1e0)', '(2, NULL, 2e0)'],
    ['id'],
    { by: 'key', added: 0, removed: 0, changed: 1, columns: { name: 1, x: 1 } },
  ],
  [
    'a key with NULL in it',
    ["(NULL, 'a', 1e0)"],
    ["(NULL, 'a', 2e0)"],
    ['id', 'name'],
    { by: 'key', added: 0, removed: 0, changed: 1, columns: { x: 1 } },
  ],
  [
    'rows that repeat',
    ["(1, 'a', 1e0)", "(1, 'a', 1e0)", "(2, 'b', 1e0)"],
    ["(1, 'a', 1e0)", "(2, 'b', 1e0)", "(2, 'b', 1e0)"],
    [],
    { by: 'row', added: 1, removed: 1, changed: 0, columns: {} },
  ],
];

test.each(CASES)('%s', async (_, before, after, key, expected) => {
  expect(await compare(await one(...before), await one(...after), key)).toEqual(
    expected,
  );
});

test('a table that is new or gone has all rows added or removed', async () => {
  const table = await one("(1, 'a', 1e0)", "(2, 'b', 1e0)");
  const none = { by: 'key', changed: 0, columns: {} };
  expect(await compare(undefined, table, ['id'])).toEqual({
    ...none,
    added: 2,
    removed: 0,
  });
  expect(await compare(table, undefined, ['id'])).toEqual({
    ...none,
    added: 0,
    removed: 2,
  });
  const empty = await published(TYPES, {
    '': `${rows("(1, 'a', 1e0)")} WHERE false`,
  });
  expect(await compare(empty, table, ['id'])).toMatchObject({
    added: 2,
    removed: 0,
  });
});

test('columns that only one side has are not compared; other types by text', async () => {
  const before = await published(
    { id: 'int', x: 'int', old: 'int' },
    { '': 'SELECT * FROM (VALUES (1, 10, 7), (2, 20, 7)) AS v(id, x, old)' },
  );
  const after = await published(
    { id: 'bigint', x: 'string', fresh: 'int' },
    {
      '': "SELECT * FROM (VALUES (1::BIGINT, '10', 9), (2, '21', 9)) AS v(id, x, fresh)",
    },
  );
  expect(await compare(before, after, ['id'])).toEqual({
    by: 'key',
    added: 0,
    removed: 0,
    changed: 1,
    columns: { x: 1 },
  });
  expect(await compare(before, after, ['fresh'])).toMatchObject({
    by: 'row',
    added: 1,
    removed: 1,
  });
});

test('parts that both sides share are not read', async () => {
  const types = { id: 'int', day: 'date' } as const;
  const before = await published(types, {
    '2024-05-01': 'SELECT 1 AS id',
    '2024-05-02': 'SELECT 2 AS id',
  });
  const fresh = await published(types, { '2024-05-02': 'SELECT 3 AS id' });
  const kept = before.partitions.map((p, i) =>
    i === 0 ? { ...p, files: ['gone.parquet'] } : p,
  );
  const shared = { ...before, partitions: kept };
  const after = {
    ...before,
    partitions: [...kept.slice(0, 1), ...fresh.partitions],
  };
  expect(await compare(shared, after, ['id', 'day'])).toEqual({
    by: 'key',
    added: 1,
    removed: 1,
    changed: 0,
    columns: {},
  });
});
