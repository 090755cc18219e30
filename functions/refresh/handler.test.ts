import type { Platform } from '../../platform/ports.ts';
import { keys } from '../shared/keys.ts';
import { readLedger, writeLedger } from '../shared/ledger.ts';
import { recover } from '../shared/recover.ts';
import { publishRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';

const plan = shopPlan();
let lake: TestLake;
let platform: Platform;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  platform = lake.platform;
});
afterEach(() => lake.remove());

/** A run of an earlier period, of the tables given, and its outcome. */
const earlier = async (tables: readonly string[]) => {
  await publishRun(platform, plan, { period: '2024-05-05' });
  const run = await publishRun(platform, plan, {
    period: '2024-05-01',
    tables,
  });
  return { run, ledger: await readLedger(platform, 'shop', run) };
};

test.each([
  ['published', ['orders']],
  ['published', ['prices', 'orders']],
  ['unchanged', ['prices']],
])('a run of an earlier period is %s by its tables %j', async (...of) => {
  const [outcome, tables] = of;
  const { run, ledger } = await earlier(tables);
  expect(ledger?.outcome).toBe(outcome);
  const row = JSON.parse((await platform.store.read(keys.opsRuns(run))) ?? '');
  expect(row.outcome).toBe(outcome);
});

test('a run that died after it had left all as it was is unchanged', async () => {
  const { run, ledger } = await earlier(['prices']);
  if (!ledger) throw new Error('no ledger');
  await writeLedger(platform, { ...ledger, outcome: 'running' });
  await recover(platform, 'shop', run);
  expect((await readLedger(platform, 'shop', run))?.outcome).toBe('unchanged');
});
