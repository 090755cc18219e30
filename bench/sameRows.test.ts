import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { CatalogState } from '../core/catalog.ts';
import { compareRows } from './sameRows.ts';

const state: CatalogState = {
  database: 'shop',
  version: 1,
  run: 'r',
  tables: {
    sales: {
      mode: 'replace',
      columns: [
        { name: 'id', type: 'bigint' },
        { name: 'amount', type: 'decimal(14,2)' },
      ],
      partitionBy: [],
      partitions: [
        {
          values: {},
          location: 'tables/',
          files: ['sales.parquet'],
          run: 'r',
          period: 'all',
          rows: 3,
          bytes: 0,
        },
      ],
    },
  },
  watermarks: {},
};

const values = (rows: string, id = 'BIGINT') =>
  `SELECT id::${id} AS id, amount::DECIMAL(14, 2) AS amount ` +
  `FROM (VALUES ${rows}) AS t(id, amount)`;
const SOLD = '(1, 2.50), (1, 2.50), (2, NULL)';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  for (const name of ['catalog', 'tables', 'bare/shop'])
    await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'catalog/shop.json'), JSON.stringify(state));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = async (sql: string, file: string) => {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(`COPY (${sql}) TO '${join(folder, file)}' (FORMAT parquet)`);
  db.closeSync();
  instance.closeSync();
};

test.each([
  ['the same rows', values(SOLD), undefined],
  ['another order', values('(2, NULL), (1, 2.50), (1, 2.5)'), undefined],
  ['a narrower type', values(SOLD, 'INTEGER'), undefined],
  ['another value', values('(1, 2.50), (1, 2.51), (2, NULL)'), /"2.51"/],
  ['a row too few', values('(1, 2.50), (2, NULL)'), /3 rows against 2/],
  ['a row twice', values(`${SOLD}, (2, NULL)`), /3 rows against 4/],
  ['NULL become 0', values('(1, 2.50), (1, 2.50), (2, 0)'), /"0.00"/],
  ['columns swapped', 'SELECT 2.50 AS amount, 1 AS id', /amount,id/],
])('%s', async (_, bare, fault) => {
  await write(values(SOLD), 'tables/sales.parquet');
  await write(bare, 'bare/shop/sales.parquet');

  const [table] = await compareRows(folder, join(folder, 'bare'));

  if (fault) expect(table?.fault).toMatch(fault);
  else expect(table).toEqual({ table: 'shop.sales', rows: 3 });
});
