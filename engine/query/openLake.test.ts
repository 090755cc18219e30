import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { type LakeReader, openLake } from './openLake.ts';

let folder = '';
let lake: LakeReader;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-query-'));
  await writeFile(join(folder, 'secret.csv'), 'secret\n1\n');
  await mkdir(join(folder, 'lake'));
  lake = await openLake(join(folder, 'lake'), [
    'CREATE SCHEMA shop',
    "CREATE VIEW shop.sales AS SELECT 9007199254740993 AS id, 'a' AS code",
  ]);
});
afterAll(async () => {
  lake.close();
  await rm(folder, { recursive: true });
});

test.each(['DESCRIBE shop.sales', 'SUMMARIZE shop.sales', 'VALUES (1), (2)'])(
  '%s reads, too',
  async (sql) => {
    expect((await lake.query(sql)).rows).toHaveLength(2);
  },
);

test.each([
  'SELECT id, code FROM shop.sales',
  'FROM shop.sales',
  'WITH one AS (SELECT * FROM shop.sales) SELECT * FROM one',
  'SELECT id, code FROM shop.sales; -- and no more',
])('%s gives rows, numbers with all their digits', async (sql) => {
  expect(await lake.query(sql)).toEqual({
    columns: [
      { name: 'id', type: 'BIGINT' },
      { name: 'code', type: 'VARCHAR' },
    ],
    rows: [['9007199254740993', 'a']],
  });
});

test.each([
  ['DROP VIEW shop.sales', 'published tables are read-only: SELECT alone'],
  ['DROP SCHEMA shop CASCADE', 'published tables are read-only'],
  ['CREATE TABLE shop.other (id INTEGER)', 'published tables are read-only'],
  ['CREATE TEMP VIEW sales AS SELECT 1', 'published tables are read-only'],
  ['INSERT INTO shop.sales VALUES (1)', 'published tables are read-only'],
  ['DELETE FROM shop.sales', 'published tables are read-only'],
  ["COPY (SELECT 1) TO '{folder}/lake/x'", 'published tables are read-only'],
  ["COPY (SELECT 1) TO '{folder}/x'", 'published tables are read-only'],
  ["EXPORT DATABASE '{folder}/lake/x'", 'published tables are read-only'],
  [
    "/* /* */ SELECT */ EXPORT DATABASE '{folder}/lake'",
    'published tables are read-only',
  ],
  [
    'WITH one AS (SELECT 1) INSERT INTO shop.sales FROM one',
    'published tables are read-only',
  ],
  ['PRAGMA database_list', 'published tables are read-only'],
  ['EXPLAIN SELECT 1', 'published tables are read-only'],
  [
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/lake/x'",
    'published tables are read-only',
  ],
  ["ATTACH '{folder}/lake/x'", 'published tables are read-only'],
  ["SET memory_limit = '1GB'", 'published tables are read-only'],
  ['RESET allowed_directories', 'published tables are read-only'],
  ['INSTALL httpfs', 'published tables are read-only'],
  ['LOAD httpfs', 'published tables are read-only'],
  ['CALL pragma_version()', 'published tables are read-only'],
  ["SELECT * FROM read_csv('{folder}/secret.csv')", 'Cannot access file'],
  ["SELECT * FROM '{folder}/secret.csv'", 'Cannot access file'],
  [
    "SELECT * FROM read_text('{folder}/lake/../secret.csv')",
    'Cannot access file',
  ],
  ["SELECT * FROM read_blob('{folder}/lakes')", 'Cannot access file'],
  ["SELECT * FROM glob('{folder}/*')", 'Cannot access file'],
  ['SELECT 1; SELECT 2', 'one statement at a time, but there are 2'],
  ['SELECT 1; DROP VIEW shop.sales', 'published tables are read-only'],
  ['', 'the query is empty'],
  ['  \n', 'the query is empty'],
  ['-- nothing', 'the query is empty'],
  ['SELECT kode FROM shop.sales', 'Referenced column "kode" not found'],
  ['SELECT * FROM shop.sale', 'Table with name sale does not exist'],
  ['SELEC 1', 'syntax error at or near "SELEC"'],
])('%s is refused, and nothing is done', async (template, message) => {
  const asked = lake.query(template.replace('{folder}', folder));
  await expect(asked).rejects.toThrow(UsageError);
  await expect(asked).rejects.toThrow(message);
  expect(await readdir(folder, { recursive: true })).toEqual([
    'lake',
    'secret.csv',
  ]);
  expect((await lake.query('FROM shop.sales')).rows).toHaveLength(1);
});
