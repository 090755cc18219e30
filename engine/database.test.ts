import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAhead, openDatabase } from './database.ts';

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
