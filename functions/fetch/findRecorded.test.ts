import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { periodOf } from '../../core/period.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { findRecorded } from './findRecorded.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (paths: readonly string[]) =>
  Promise.all(
    paths.map(async (path) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), 'id\n1\n');
    }),
  );
const find = (files: string, date = '2024-05-01') => {
  const [source] = shopPlan().sources;
  if (!source) throw new Error('no source');
  return findRecorded({ ...source, files }, folder, periodOf('day', date)).map(
    ({ path, local }) => [path, local.slice(folder.length + 1)],
  );
};

test.each([
  ['the recording as a whole', ['b.csv', 'a.csv'], ['a.csv', 'b.csv']],
  [
    "the period's own folder",
    ['a.csv', 'date=2024-05-01/c.csv'],
    ['date=2024-05-01/c.csv'],
  ],
  [
    'the recording, where the period has nothing for the source',
    ['a.csv', 'date=2024-05-01/c.json', 'date=2024-05-02/d.csv'],
    ['a.csv'],
  ],
])('finds %s', async (_, paths, expected) => {
  await write(paths);
  expect(find('*.csv').map(([, local]) => local)).toEqual(expected);
});

test("a path does not tell that it lies in a period's folder", async () => {
  await write(['date=2024-05-01/in/c.csv']);
  expect(find('in/*.csv')).toEqual([['in/c.csv', 'date=2024-05-01/in/c.csv']]);
});

test('a pattern for all folders takes none of another period', async () => {
  await write(['in/a.csv', 'date=2024-05-02/in/b.csv']);
  expect(find('**/*.csv').map(([path]) => path)).toEqual(['in/a.csv']);
});

test.each([
  [[], /no file matches \*\.csv in \S+$/],
  [
    ['date=2024-05-02/a.csv'],
    /no file matches \*\.csv in \S+, nor in its date=2024-05-01$/,
  ],
])('says where it looked, with %j there', async (paths, message) => {
  await write(paths);
  expect(() => find('*.csv')).toThrow(message);
});
