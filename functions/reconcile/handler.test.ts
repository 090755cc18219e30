import { endExecution } from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { publish } from '../publish/handler.ts';
import { keys } from '../shared/keys.ts';
import { readLedger } from '../shared/ledger.ts';
import { runId } from '../shared/runId.ts';
import { nextExecution, transformedRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { reconcile } from './handler.ts';

const plan = shopPlan();
let lake: TestLake;
let platform: Platform;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  platform = lake.platform;
});
afterEach(() => lake.remove());

const close = async () =>
  reconcile(platform)({ pipeline: 'shop', execution: await nextExecution() });

/** A run that works on a period, and holds its lock. */
const begin = async (period: string, isPublished: boolean) => {
  const event = await transformedRun(platform, plan, { period });
  const { run, execution } = event;
  await platform.locks.acquire(keys.runLock('shop', period), {
    execution: execution.id,
    run: runId(execution),
  });
  if (isPublished) await publish(platform)(event);
  return { run, end: () => endExecution(execution.id) };
};
const outcomeOf = async (run: string) =>
  (await readLedger(platform, 'shop', run))?.outcome;

test('runs of any period that died are closed as what they came to', async () => {
  const published = await begin('2024-05-01', true);
  const failed = await begin('2024-05-02', false);
  const alive = await begin('2024-05-03', false);
  published.end();
  failed.end();
  const { closed } = await close();
  expect([...closed].sort()).toEqual([published.run, failed.run].sort());
  expect(await outcomeOf(published.run)).toBe('published');
  expect(await outcomeOf(failed.run)).toBe('failed');
  expect(await outcomeOf(alive.run)).toBe('running');
  const ops = await platform.store.read(keys.opsRuns(published.run));
  expect(JSON.parse(ops ?? 'null')).toMatchObject({ outcome: 'published' });
  const { id: execution } = await nextExecution();
  const take = (period: string) =>
    platform.locks.acquire(keys.runLock('shop', period), {
      ...{ execution, run: 'next' },
    });
  expect(await take('2024-05-01')).toEqual({
    lease: expect.not.objectContaining({ abandoned: expect.anything() }),
  });
  expect(await take('2024-05-03')).toHaveProperty('heldBy');
});

test('where all is closed it waits for nobody', async () => {
  const { id: execution } = await nextExecution();
  const holder = { execution, run: 'publishes' };
  await platform.locks.acquire(keys.publishLock('shop'), holder);
  expect(await close()).toEqual({ closed: [] });
});
