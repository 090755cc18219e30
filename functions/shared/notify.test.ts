import { endExecution } from '../../platform/local/localExecutions.ts';
import type { Metric, Notification, Platform } from '../../platform/ports.ts';
import { publish } from '../publish/handler.ts';
import { recordFailure } from '../record-failure/handler.ts';
import { refresh } from '../refresh/handler.ts';
import { rollback } from '../rollback/handler.ts';
import { nextExecution, transformedRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { readLedger } from './ledger.ts';
import { recoverRuns } from './recover.ts';

const plan = shopPlan();
let lake: TestLake;
let told: Notification[];
let measured: { pipeline: string | undefined; metrics: readonly Metric[] }[];
let platform: Platform;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  told = [];
  measured = [];
  platform = {
    ...lake.platform,
    notifier: { tell: async (one) => void told.push(one) },
    meter: {
      measure: (metrics, pipeline) => void measured.push({ metrics, pipeline }),
    },
  };
});
afterEach(() => lake.remove());

const begin = () => transformedRun(platform, plan, { period: '2024-05-01' });
const error = { Error: 'CheckError', Cause: 'two rows are bad' };
const measureOf = (name: string) =>
  measured
    .flatMap(({ metrics }) => metrics)
    .find((metric) => metric.name === name)?.value;

test('a run that is published is told and measured once, repeated or not', async () => {
  const event = await begin();
  await publish(platform)(event);
  for (const _ of ['first', 'repeated']) await refresh(platform)(event);
  expect(told.map(({ kind, subject }) => [kind, subject])).toEqual([
    ['published', 'shop 2024-05-01 published'],
  ]);
  expect(told[0]?.text).toContain('prices: 1 rows');
  expect(measured.map(({ pipeline }) => pipeline)).toEqual(['shop']);
  expect([measureOf('RunsPublished'), measureOf('RunsFailed')]).toEqual([1, 0]);
  expect(measureOf('RunRows')).toBe(3);
  expect(measureOf('RunDollars')).toBeGreaterThan(0);
});

test('a run that failed is told with its error, once', async () => {
  const { pipeline, execution } = await begin();
  for (const _ of ['first', 'repeated'])
    await recordFailure(platform)({ pipeline, execution, error });
  expect(told.map(({ kind }) => kind)).toEqual(['failed']);
  expect(told[0]?.text).toContain('CheckError: two rows are bad');
  expect(measured).toHaveLength(1);
  expect([measureOf('RunsPublished'), measureOf('RunsFailed')]).toEqual([0, 1]);
  expect(measureOf('RunRows')).toBeUndefined();
});

test('one that died after its publish is told as published, and why it died', async () => {
  const event = await begin();
  await publish(platform)(event);
  const { pipeline, execution } = event;
  await recordFailure(platform)({ pipeline, execution, error });
  expect(told.map(({ kind }) => kind)).toEqual(['published']);
  expect(told[0]?.text).toMatch(/CheckError.*\n.*publish, which stands/);
});

test('one that was killed is told by whoever closes it', async () => {
  const event = await begin();
  endExecution(event.execution.id);
  await recoverRuns(platform, 'shop');
  await recoverRuns(platform, 'shop');
  expect(told.map(({ kind }) => kind)).toEqual(['failed']);
  expect(told[0]?.text).toContain('Killed');
});

test('a rollback of a run that has ended tells nothing', async () => {
  const event = await begin();
  await publish(platform)(event);
  await refresh(platform)(event);
  const count = told.length;
  await rollback(platform)({
    pipeline: 'shop',
    execution: await nextExecution(),
  });
  expect(told).toHaveLength(count);
});

test('where nobody can be told, the run ends all the same and says so', async () => {
  const event = await begin();
  await publish(platform)(event);
  const tell = async () => {
    throw new Error('no such topic');
  };
  await refresh({ ...platform, notifier: { tell } })(event);
  const ledger = await readLedger(platform, 'shop', event.run);
  expect(ledger?.outcome).toBe('published');
  expect(ledger?.notices?.join()).toContain('no such topic');
});
