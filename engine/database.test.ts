import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openAhead, openDatabase } from './database.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'database-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('an engine that was opened ahead is the one that is used', async () => {
  const limits = { memory: '300MB', spillDir: join(folder, 'spill') };
  openAhead(limits);
  const databases = [await openDatabase(limits), await openDatabase(limits)];
  const answers = databases.map((db) =>
    db.row(`SELECT current_setting('temp_directory') AS folder`),
  );
  const [first, second] = await Promise.all(answers);
  expect(first?.folder).toContain(join(folder, 'spill'));
  expect(second).toEqual(first);
  for (const db of databases) db.close();
});

test('what goes wrong ahead is told to whoever needs the engine', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const limits = { spillDir: join(file, 'spill') };
  openAhead(limits);
  await expect(openDatabase(limits)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test('small work takes one thread, and all others beside it once one is large', async () => {
  const limits = { spillDir: join(folder, 'threads') };
  const threadsOf = async (db: Database) =>
    Number((await db.row(`SELECT current_setting('threads') AS n`)).n);
  const small = await openDatabase(limits, true);
  expect(await threadsOf(small)).toBe(1);
  const running = small.row(
    'SELECT sum(i)::BIGINT AS n FROM range(3_000_000) r(i)',
  );
  const large = await openDatabase(limits);
  expect(await running).toEqual({ n: 4_499_998_500_000n });
  expect(await threadsOf(large)).toBe(availableParallelism());
  for (const db of [small, large]) db.close();
});

test('an engine that could not be opened can be opened later', async () => {
  const file = join(folder, 'in-the-way');
  await writeFile(file, '');
  const limits = { spillDir: join(file, 'spill') };
  await expect(openDatabase(limits)).rejects.toThrow('ENOTDIR');
  await rm(file);
  const db = await openDatabase(limits);
  expect(await db.row('SELECT 1 AS n')).toEqual({ n: 1 });
  db.close();
});

test.each([
  ['none', 0],
  ['one', 1],
  ['those of many chunks', 5000],
])('rows in their order: %s', async (_, rows) => {
  const db = await openDatabase({ spillDir: join(folder, 'spill') });
  const found = await db.rows(
    `SELECT i AS n, 'a' || i AS t, NULL AS z FROM range(${rows}) r(i)`,
  );
  expect(found).toHaveLength(rows);
  expect(found.at(-1)).toEqual(
    rows === 0
      ? undefined
      : { n: BigInt(rows - 1), t: `a${rows - 1}`, z: null },
  );
  db.close();
});

test('beside it another connection has tables of its own', async () => {
  const db = await openDatabase({ spillDir: join(folder, 'beside') });
  await db.run('CREATE TEMP TABLE mine AS SELECT 1 AS n');
  const other = db.beside(async (beside) => {
    await beside.run('CREATE TEMP TABLE mine AS SELECT 2 AS n');
    return beside.row('SELECT n FROM mine');
  });
  expect(await Promise.all([db.row('SELECT n FROM mine'), other])).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
  const fails = db.beside((beside) => beside.run('SELECT n FROM none'));
  await expect(fails).rejects.toThrow(/none does not exist/);
  expect(await db.row('SELECT n FROM mine')).toEqual({ n: 1 });
  db.close();
});
