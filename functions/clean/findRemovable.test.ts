import { shopPlan } from '../testing/shopPlan.ts';
import { testLake } from '../testing/testLake.ts';
import { listFolders } from './findRemovable.ts';

test('a dropped path like a folder of a run belongs to its own run', async () => {
  const lake = await testLake({ shop: shopPlan() });
  const folder = 'landing/shop/orders/date=2024-05-01/run=A/';
  for (const path of ['run=B/1.csv', 'x/run=C/2.csv', 'manifest.json'])
    await lake.platform.store.write(folder + path, 'text');
  const found = await listFolders(lake.platform, 'shop');
  await lake.remove();
  expect(found).toEqual([
    { kind: 'landing', key: folder, run: 'A', objects: 3, bytes: 12 },
  ]);
});
