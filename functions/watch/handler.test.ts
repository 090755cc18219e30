import type { Notification, Platform } from '../../platform/ports.ts';
import { updateLedger } from '../shared/ledger.ts';
import { publishRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { watch, watchMetrics } from './handler.ts';

const NOW = '2024-06-03T12:00:00.000Z';
const plan = shopPlan({ schedule: 'cron(0 6 * * ? *)', slaSeconds: 3600 });
let lake: TestLake;
let told: Notification[];
let platform: Platform;
beforeEach(async () => {
  const now = () => new Date(NOW);
  lake = await testLake({ shop: plan }, { now });
  told = [];
  platform = {
    ...lake.platform,
    notifier: { tell: async (one) => void told.push(one) },
  };
});
afterEach(() => lake.remove());

/** A run of yesterday's period, begun this morning. */
const onTime = async (change: object = {}): Promise<string> => {
  const run = await publishRun(lake.platform, plan, {
    period: '2024-06-02',
    startedAt: '2024-06-03T06:00:00.000Z',
  });
  await updateLedger(platform, { pipeline: 'shop', run }, () => ({
    seconds: 60,
    ...change,
  }));
  return run;
};
const look = (budget?: number) =>
  watch(platform)(budget === undefined ? {} : { budget });

test('all is well: nobody is told', async () => {
  await onTime();
  const watched = await look();
  expect(watched).toMatchObject({ late: [], slow: [], notices: [] });
  expect(told).toEqual([]);
  expect(
    watchMetrics(watched)
      .map(({ value }) => value)
      .slice(0, 2),
  ).toEqual([0, 0]);
});

test('readers wait: it is measured each time, and told once for each start', async () => {
  for (const _ of ['first', 'a quarter of an hour later'])
    expect((await look()).late).toEqual(['shop']);
  expect(told).toEqual([
    expect.objectContaining({ kind: 'freshness-missed', pipeline: 'shop' }),
  ]);
  expect(told[0]?.text).toContain('2024-06-03T06:00:00.000Z');
});

test('a run took longer than its SLA: told once', async () => {
  const run = await onTime({ seconds: 3601 });
  for (const _ of ['first', 'second'])
    expect((await look()).slow).toEqual(['shop']);
  expect(told.map(({ kind }) => kind)).toEqual(['sla-exceeded']);
  expect(told[0]?.text).toContain(`${run} took 3601 s`);
});

test('the month costs more than its budget: told once a month', async () => {
  const cost = { dollars: 1.5, lines: [], prices: '', isEstimate: false };
  await onTime({ cost });
  expect((await look(1.5)).monthDollars).toBe(1.5);
  expect(told).toEqual([]);
  for (const _ of ['first', 'second']) await look(1.49);
  expect(told.map(({ kind }) => kind)).toEqual(['budget-exceeded']);
});

test('what last month cost is not this month’s', async () => {
  const cost = { dollars: 9, lines: [], prices: '', isEstimate: false };
  const run = await publishRun(lake.platform, plan, {
    period: '2024-05-30',
    startedAt: '2024-05-31T23:59:59.000Z',
  });
  await updateLedger(platform, { pipeline: 'shop', run }, () => ({ cost }));
  expect((await look(1)).monthDollars).toBe(0);
});

test('who could not be told is told the next time', async () => {
  const tell = platform.notifier?.tell;
  platform = {
    ...platform,
    notifier: {
      tell: async () => {
        throw new Error('no topic');
      },
    },
  };
  expect((await look()).notices).toEqual([expect.stringContaining('no topic')]);
  platform = { ...platform, ...(tell && { notifier: { tell } }) };
  expect((await look()).notices).toEqual([]);
  expect(told).toHaveLength(1);
});
