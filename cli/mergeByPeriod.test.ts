import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './context.ts';
import { testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();

const DEFINITION = `
import * as t from ${JSON.stringify(join(ROOT, 'core', 'index.ts'))};
export default t.definePipeline({
  name: 'shop', title: 'Shop', period: 'day', schedule: 'rate(1 day)',
  sources: [t.csv('input', { files: '*.csv', scope: 'period', columns: { id: t.int(), what: t.string() } })],
  tables: [t.table('places', { mode: 'merge', key: ['id'], columns: { id: t.int(), what: t.string() } })],
});`;

/** What each day's file has: a row that all have, one of two days, one of its own. */
const DAYS: Readonly<Record<string, string>> = {
  '2024-05-01': '1,first\n2,first\n3,first\n',
  '2024-05-02': '1,second\n2,second\n4,second\n',
  '2024-05-03': '1,third\n5,third\n',
};

const runIn = async (root: string, order: readonly string[]) => {
  const at = join(root, 'pipelines', 'shop');
  await mkdir(join(at, 'sql'), { recursive: true });
  await writeFile(join(at, 'pipeline.ts'), DEFINITION);
  await writeFile(join(at, 'sql', 'places.sql'), 'SELECT id, what FROM input');
  const ran = async (...args: string[]) => {
    const places = ['--pipelines', join(root, 'pipelines')];
    const lake = ['--lake', join(root, 'lake'), '--json'];
    const { code, stdout, stderr } = await tributary([
      ...args,
      ...places,
      ...lake,
    ]);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  for (const day of order) {
    const replay = join(root, `replay-${day}`);
    await mkdir(join(replay, 'shop'), { recursive: true });
    const body = `id,what\n${DAYS[day]}`;
    await writeFile(join(replay, 'shop', 'a.csv'), body);
    await ran('run', 'shop', '--date', day, '--replay', replay);
  }
  return (await ran('sql', 'SELECT * FROM shop.places ORDER BY id')).map(
    (row: object) => Object.values(row),
  );
};

test.each([
  [['01', '02', '03']],
  [['03', '01', '02']],
  [['03', '02', '01', '02']],
])('a back-fill takes no row back: %j', async (days) => {
  const order = days.map((day) => `2024-05-${day}`);
  expect(await runIn(join(folder(), days.join('-')), order)).toEqual([
    [1, 'third'],
    [2, 'second'],
    [3, 'first'],
    [4, 'second'],
    [5, 'third'],
  ]);
});
