import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { differenceOf } from './difference.ts';
import { columnsOf } from './engine.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'difference-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What differs between a SELECT's rows and pages of rows as Trino sends them. */
const difference = async (sql: string, pages: readonly string[]) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const file = join(folder, 'pages.ndjson');
  const lines = pages.map((data) => `{"id":"q","data":${data},"stats":{}}\n`);
  await writeFile(file, lines.join(''));
  try {
    const columns = await columnsOf(connection, sql);
    const rows = pages.flatMap((data) => JSON.parse(data)).length;
    return await differenceOf(connection, sql, columns, { file, rows });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

test.each<[string, string, string[]]>([
  [
    'every type',
    "SELECT 9007199254740993, 1.50::DECIMAL(14,2), DATE '2016-04-01', " +
      "TIMESTAMP '2016-04-01 01:02:03.4567', true, 'a,\"\nü', " +
      "'nan'::DOUBLE, NULL::VARCHAR",
    [
      '[[9007199254740993,"1.50","2016-04-01","2016-04-01 01:02:03.457",' +
        'true,"a,\\"\\nü","NaN",null]]',
    ],
  ],
  ['order', 'VALUES (1), (2), (2)', ['[[2],[1]]', '[[2]]']],
  ['no rows', 'SELECT 1 AS a WHERE false', []],
  ['a last bit', 'VALUES (0.1e0 + 0.2e0)', ['[[0.3]]']],
  [
    'near rows beside exact ones, in pairs',
    "VALUES ('a', 1e0), ('a', 2e0), ('b', NULL), ('c', 3e0)",
    ['[["a",2.0000000001],["a",1.0000000001],["b",null],["c",3.0]]'],
  ],
])('no difference: %s', async (_, sql, pages) => {
  expect(await difference(sql, pages)).toEqual([]);
});

const counted = (missing: number, extra: number) =>
  `${missing} rows are the engine's alone, ${extra} Trino's`;

test.each<[string, string, string, string[]]>([
  [
    'how often a row is there',
    'VALUES (1), (1)',
    '[[1]]',
    [counted(1, 0), 'only the engine: col0=1'],
  ],
  [
    'a row too many',
    'SELECT 1 AS a',
    '[[1],[2],[2]]',
    [counted(0, 2), 'only Trino: a=2', 'only Trino: a=2'],
  ],
  [
    'no row on Trino',
    "SELECT 'x' AS a",
    '[]',
    [counted(1, 0), 'only the engine: a=x'],
  ],
  [
    'NULL is not the empty text',
    'SELECT NULL::VARCHAR AS a',
    '[[""]]',
    [counted(1, 1), 'only the engine: a=NULL', 'only Trino: a='],
  ],
  [
    'upper case',
    "SELECT 'CA' AS s",
    '[["Ca"]]',
    [counted(1, 1), 'only the engine: s=CA', 'only Trino: s=Ca'],
  ],
  [
    'a double beyond the tolerance',
    'SELECT 1e0 AS x',
    '[[1.00000001]]',
    [counted(1, 1), 'only the engine: x=1.0', 'only Trino: x=1.00000001'],
  ],
  [
    'one near double does not stand for two rows',
    'VALUES (1e0), (1e0)',
    '[[1.0000000001]]',
    [counted(1, 0), 'only the engine: col0=1.0'],
  ],
  [
    'a decimal in its last place',
    'SELECT 1.10::DECIMAL(38,2) AS d',
    '[["1.11"]]',
    [counted(1, 1), 'only the engine: d=1.10', 'only Trino: d=1.11'],
  ],
  [
    'a millisecond',
    "SELECT TIMESTAMP '2016-04-01 00:00:00.001' AS t",
    '[["2016-04-01 00:00:00.002"]]',
    [
      counted(1, 1),
      'only the engine: t=2016-04-01 00:00:00.001',
      'only Trino: t=2016-04-01 00:00:00.002',
    ],
  ],
  [
    'more than three are counted and three shown',
    'SELECT i FROM range(5) t(i)',
    '[]',
    [counted(5, 0), ...[0, 1, 2].map((i) => `only the engine: i=${i}`)],
  ],
])('a difference: %s', async (_, sql, page, lines) => {
  expect(await difference(sql, [page])).toEqual(lines);
});
