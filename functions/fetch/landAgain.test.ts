import { periodOf } from '../../core/period.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { digestOf } from './digest.ts';
import { landAgain } from './landAgain.ts';
import type { LandContext } from './lander.ts';

const [source] = shopPlan().sources as [LandContext['source']];
const folderOf = (run: string) =>
  `landing/shop/source/date=2024-05-01/run=${run}/`;

let lake: TestLake;
beforeEach(async () => {
  lake = await testLake({ shop: shopPlan() });
});
afterEach(() => lake.remove());

test('a landing that refers to a pack of the same name is landed again', async () => {
  const { store } = lake.platform;
  const texts = { A: 'id\n1\n', B: 'id\n2\n3\n', 'B/x/run=C': 'id\n4\n' };
  const files = await Promise.all(
    Object.entries(texts).map(async ([run, text]) => {
      const [own = '', ...below] = run.split('/');
      const key = `${folderOf(own)}${[...below, 'pack-0.bin'].join('/')}`;
      await store.write(key, text);
      const bytes = Buffer.from(text);
      const digest = digestOf(bytes);
      return { path: `${run}.csv`, key, bytes: bytes.length, digest };
    }),
  );
  const landed = files.map((file) => ({ ...file, offset: 0, records: 0 }));
  const manifest = {
    pipeline: 'shop',
    source: 'source',
    run: 'B',
    files: landed,
  };
  await store.write(`${folderOf('B')}manifest.json`, JSON.stringify(manifest));
  const again = await landAgain({ source: folderOf('B') })({
    ...{ platform: lake.platform, plan: shopPlan(), source, run: 'D' },
    ...{ date: '2024-05-01', period: periodOf('day', '2024-05-01') },
    ...{ folder: folderOf('D'), scratch: `${lake.folder}/scratch` },
    landed: () => Promise.reject(new Error('nothing landed before')),
  });
  const found = again.files.map(async ({ key }) => store.read(key));
  expect(await Promise.all(found)).toEqual(Object.values(texts));
  expect(again.files.map(({ records }) => records)).toEqual([1, 2, 1]);
  for (const { key } of again.files) expect(key).toContain(folderOf('D'));
});
