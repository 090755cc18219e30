import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from '../sql.ts';
import { type Bench, testBench } from '../testing/bench.ts';
import { readDictionaries } from './parquetDictionaries.ts';

const bench = testBench();

const MOST = 5;

const written = async (
  { db, folder }: Bench,
  sql: string,
  options = '',
  name = 'a.parquet',
): Promise<string> => {
  const file = join(folder, name);
  await db.run(`COPY (${sql}) TO ${text(file)} (FORMAT parquet${options})`);
  return file;
};

const read = async (
  files: readonly string[],
  types: Readonly<Record<string, 'VARCHAR' | 'DOUBLE'>> = {
    t: 'VARCHAR',
    n: 'DOUBLE',
  },
) => {
  const of = new Map(Object.entries(types));
  const found = await readDictionaries(files, of, MOST);
  return Object.fromEntries(
    [...found].map(([name, values]) => [name, [...values].sort()]),
  );
};

const FEW =
  "SELECT ['a', 'bc', 'Ω', NULL][1 + i % 4] AS t, " +
  '[0.5, -1e300, NULL][1 + i % 3] AS n FROM range(1000) AS r(i)';
const ALL = { t: ['a', 'bc', 'Ω'], n: [-1e300, 0.5] };

test.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli'])(
  'all values of a file that is packed by %s',
  async (codec) => {
    const file = await written(await bench(), FEW, `, COMPRESSION ${codec}`);
    expect(await read([file])).toEqual(ALL);
  },
);

test('a codec that cannot be unpacked leaves the columns to their rows', async () => {
  const file = await written(await bench(), FEW, ', COMPRESSION lz4');
  expect(await read([file])).toEqual({});
});

test('those of all row groups and files, up to a number', async () => {
  const on = await bench();
  const counted = (from: number) =>
    `SELECT 'x' || i // 2048 AS t, (i // 4096)::DOUBLE AS n ` +
    `FROM range(${from}, ${from + 4096}) AS r(i)`;
  const files = [
    await written(on, counted(0), ', ROW_GROUP_SIZE 2048'),
    await written(on, counted(4096), ', ROW_GROUP_SIZE 2048', 'b.parquet'),
  ];
  expect(await read(files)).toEqual({
    t: ['x0', 'x1', 'x2', 'x3'],
    n: [0, 1],
  });
  files.push(await written(on, counted(8192), '', 'c.parquet'));
  expect(await read(files)).toEqual({ n: [0, 1, 2] });
});

test('numbers that are none, and both zeros as one', async () => {
  const file = await written(
    await bench(),
    "SELECT (['0', '-0', 'nan', 'inf', '-inf']::DOUBLE[])[1 + i % 5] AS n " +
      'FROM range(1000) AS r(i)',
  );
  const types = new Map([['n', 'DOUBLE'] as const]);
  const [n] = (await readDictionaries([file], types, MOST)).values();
  expect(n).toEqual(new Set([0, Number.NaN, Infinity, -Infinity]));
});

test('a column that is not written by dictionaries only is left out', async () => {
  const file = await written(
    await bench(),
    "SELECT CASE WHEN i < 2048 THEN 'x' ELSE md5(i::VARCHAR) END AS t, " +
      '1.5::DOUBLE AS n FROM range(10000) AS r(i)',
    ', ROW_GROUP_SIZE 2048',
  );
  expect(await read([file])).toEqual({ n: [1.5] });
});

test('so is one of which a single page is not', async () => {
  const on = await bench();
  const file = await written(on, FEW);
  const [t] = await on.db.rows(
    'SELECT data_page_offset::INT AS page FROM ' +
      `parquet_metadata(${text(file)}) WHERE path_in_schema = 't'`,
  );
  const body = await readFile(file);
  // A data page's header: PLAIN_DICTIONARY, and levels by RLE, as Thrift has them.
  const encoding = body.indexOf('150415061506', Number(t?.page), 'hex');
  expect(encoding - Number(t?.page)).toBeLessThan(32);
  body[encoding + 1] = 0;
  await writeFile(file, body);
  expect(await read([file])).toEqual({ n: ALL.n });
});

test('a column of another type, in a record, or in no file', async () => {
  const file = await written(
    await bench(),
    "SELECT 7 AS t, 0.5::FLOAT AS n, {'deep': 'x'} AS r, 'y' AS \"r.deep\" " +
      'FROM range(1000)',
  );
  const texts = ['r', 'deep', 'r.deep', 'no'].map((name) => [name, 'VARCHAR']);
  expect(
    await read([file], {
      t: 'VARCHAR',
      n: 'DOUBLE',
      ...Object.fromEntries(texts),
    }),
  ).toEqual({ 'r.deep': ['y'] });
  expect(await read([file], { 'r.deep': 'DOUBLE' })).toEqual({});
});

test('of names that are not unique, nobody knows which the engine means', async () => {
  const file = await written(await bench(), FEW);
  const body = await readFile(file);
  // Its schema names both columns `t` then, one of them as a capital letter.
  const footer = body.length - 8 - body.readUInt32LE(body.length - 8);
  const at = body.indexOf(Buffer.from('\u0001n'), footer);
  expect(at).toBeGreaterThan(footer);
  body[at + 1] = 'T'.charCodeAt(0);
  await writeFile(file, body);
  expect(await read([file])).toEqual({});
});

test('text that is not UTF-8 is left to whoever reads the rows', async () => {
  const file = await written(
    await bench(),
    "SELECT 'QQQQ' AS t, 1.5::DOUBLE AS n FROM range(1000)",
  );
  const body = await readFile(file);
  for (let at = body.indexOf('QQQQ'); at >= 0; at = body.indexOf('QQQQ', at))
    body[at] = 0xff;
  await writeFile(file, body);
  expect(await read([file])).toEqual({ n: [1.5] });
});

test('a dictionary whose end lies beyond the first read', async () => {
  const file = await written(
    await bench(),
    "SELECT repeat('x', 3000) || i % 4 AS t FROM range(1000) AS r(i)",
    ', COMPRESSION uncompressed',
  );
  const { t = [] } = await read([file], { t: 'VARCHAR' });
  expect(t).toEqual([0, 1, 2, 3].map((i) => `${'x'.repeat(3000)}${i}`));
});

test('a file that was cut is an error, and none without columns', async () => {
  const file = await written(await bench(), FEW);
  await truncate(file, 100);
  await expect(read([file])).rejects.toThrow('parquet file invalid');
});

test('a file without rows has no values', async () => {
  const file = await written(
    await bench(),
    "SELECT 'x' AS t, 0.5::DOUBLE AS n WHERE false",
  );
  expect(await read([file])).toEqual({ t: [], n: [] });
});
