import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import { backfill } from '../backfill/handler.ts';
import { readLedger, writeLedger } from '../shared/ledger.ts';
import { publishRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { quote } from './handler.ts';

const NOW = new Date('2024-05-08T12:00:00Z');
const plans: Record<string, Plan> = {};
let lake: TestLake;
let platform: Platform;

beforeEach(async () => {
  plans.shop = shopPlan();
  lake = await testLake(plans, { now: () => NOW });
  platform = lake.platform;
});
afterEach(() => lake.remove());

/** A published run that cost so much. */
const costing = async (dollars: number, day: number) => {
  const period = `2024-05-0${day}`;
  const run = await publishRun(platform, shopPlan(), { period });
  const ledger = await readLedger(platform, 'shop', run);
  if (!ledger?.cost) throw new Error('its ledger has no cost');
  const cost = { ...ledger.cost, dollars };
  await writeLedger(platform, { ...ledger, seconds: day, cost });
};
const ask = (range: object = {}) =>
  quote(platform)({ pipeline: 'shop', options: {}, ...range });
const sample = async (bytes: number) => {
  const folder = join(lake.samples, 'shop');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'a.csv'), 'x'.repeat(bytes));
};

test('the median of past runs, each in its own right', async () => {
  await costing(0.03, 1);
  await costing(0.01, 2);
  await costing(0.02, 3);
  expect(await ask()).toMatchObject({
    secondsPerRun: 2,
    dollarsPerRun: 0.02,
    runs: 3,
    toRun: 1,
    dollars: 0.02,
    how: 'the median of 3 past runs, measured on this machine',
  });
});

test('a range is of the runs that a backfill would make', async () => {
  await costing(0.02, 1);
  expect(await ask({ from: '2024-05-01', to: '2024-05-04' })).toMatchObject({
    toRun: 3,
    periods: 4,
    dollars: 0.06,
  });
  expect(
    await ask({ from: '2024-05-01', to: '2024-05-04', force: true }),
  ).toMatchObject({ toRun: 4, dollars: 0.08 });
});

test('without a run, the sizes of the input tell', async () => {
  await sample(1000);
  const small = await ask();
  await sample(40_000_000);
  const large = await ask();
  expect(small.runs).toBe(0);
  expect(small.how).toContain('size of the input (1 kB)');
  expect(large.how).toContain('40.0 MB');
  expect(large.dollarsPerRun).toBeGreaterThan(small.dollarsPerRun);
  expect(large.secondsPerRun).toBeGreaterThan(small.secondsPerRun);
});

test('live input that no run has read is guessed from the sample', async () => {
  await sample(1000);
  expect((await ask({ options: { live: true } })).how).toContain('the sample');
});

test('with neither runs nor input there is no quote', async () => {
  await expect(ask()).rejects.toMatchObject({
    name: 'SourceError',
    place: { pipeline: 'shop' },
  });
});

test.each([
  [0.05, ['01', '02']],
  [0.06, ['01', '02', '03']],
  [0.0199, []],
  [1, ['01', '02', '03', '04']],
])('a budget of $%d is for %j', async (budget, days) => {
  await costing(0.02, 5);
  const range = { from: '2024-05-01', to: '2024-05-04', budget };
  const event = { pipeline: 'shop', options: {}, ...range };
  const { periods } = await backfill(platform)(event);
  const run = periods.filter(({ action }) => action === 'run');
  expect(run.map(({ period }) => period.slice(-2))).toEqual(days);
  const beyond = periods.filter(({ isBeyondBudget }) => isBeyondBudget);
  expect(beyond).toHaveLength(4 - days.length);
});

test('a budget is refused where nothing tells what a run costs', async () => {
  const range = { from: '2024-05-01', to: '2024-05-04', budget: 1 };
  const event = { pipeline: 'shop', options: {}, ...range };
  await expect(backfill(platform)(event)).rejects.toThrow('run it once');
});
