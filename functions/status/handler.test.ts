import { UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { endExecution } from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { readLedger, writeLedger } from '../shared/ledger.ts';
import { publishRun, transformedRun } from '../testing/publishRun.ts';
import { planTable, shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { status } from './handler.ts';

const plans: Record<string, Plan> = {};
let now: Date;
let lake: TestLake;
let platform: Platform;

/** At six every day; readers have the rows by seven. */
const daily = (changes: Partial<Plan> = {}) =>
  shopPlan({ schedule: 'cron(0 6 * * ? *)', slaSeconds: 3600, ...changes });

beforeEach(async () => {
  now = new Date('2024-05-08T06:30:00Z');
  plans.shop = daily();
  lake = await testLake(plans, { now: () => now });
  platform = lake.platform;
});
afterEach(() => lake.remove());

const ask = () => status(platform)({ pipeline: 'shop' });

/** A run that ended well, as if it had been started at that time. */
const ran = async (
  period: string,
  startedAt: string,
  rows: Readonly<Record<string, number>> = {},
) => {
  const run = await publishRun(platform, plans.shop ?? daily(), { period });
  const ledger = await readLedger(platform, 'shop', run);
  if (!ledger) throw new Error('no ledger');
  const tables = ledger.tables.map((table) => ({
    ...table,
    rows: rows[table.table] ?? table.rows,
  }));
  const endedAt = startedAt;
  await writeLedger(platform, { ...ledger, startedAt, endedAt, tables });
  return run;
};

test('nothing ran and nothing is due', async () => {
  plans.shop = shopPlan();
  expect(await ask()).toEqual({
    pipeline: 'shop',
    state: 'never ran',
    freshness: { isLate: false },
    next: '2024-05-09T00:00:00.000Z',
    timezone: 'UTC',
    rows: [],
  });
});

// What was run, for which period, when; the moment of asking; whether late.
test.each<[string, string, string, string, boolean]>([
  ['the period that is due', '2024-05-07', '07T23:00', '08T12:00', false],
  ['the one before, not due yet', '2024-05-06', '07T06:01', '08T06:59', false],
  ['the one before, now due', '2024-05-06', '07T06:01', '08T07:00', true],
  ['before its start', '2024-05-06', '07T05:59', '08T06:59', false],
  ['two days before', '2024-05-05', '06T06:01', '08T06:59', true],
  ['recorded input', '2018-11-30', '08T06:01', '08T12:00', false],
  ['recorded input, a day ago', '2018-11-30', '07T06:01', '08T12:00', true],
])('%s: %s, run at %s, is at %s late: %s', async (...of) => {
  const [, period, ranOn, askedOn, isLate] = of;
  const startedAt = `2024-05-${ranOn}:00.000Z`;
  await ran(period, startedAt);
  now = new Date(`2024-05-${askedOn}:00Z`);
  expect(await ask()).toMatchObject({
    state: isLate ? 'late' : 'ok',
    freshness: { isLate, period, publishedAt: startedAt },
  });
});

test('says since when, and by when', async () => {
  now = new Date('2024-05-08T07:00:00Z');
  expect((await ask()).freshness).toEqual({
    slaSeconds: 3600,
    dueStart: '2024-05-08T06:00:00.000Z',
    deadline: '2024-05-08T07:00:00.000Z',
    isLate: true,
  });
});

test('a backfill of old periods does not make the new one fresh', async () => {
  await ran('2024-05-05', '2024-05-06T06:01:00.000Z');
  await ran('2024-05-01', '2024-05-08T06:01:00.000Z');
  expect((await ask()).state).toBe('late');
});

test('nothing is due before the start date', async () => {
  plans.shop = daily({ startDate: '2024-05-08' });
  expect((await ask()).state).toBe('never ran');
});

test('the schedule is on the clock of its time zone', async () => {
  plans.shop = daily({ timezone: 'America/Chicago' });
  expect(await ask()).toMatchObject({
    next: '2024-05-08T11:00:00.000Z',
    timezone: 'America/Chicago',
  });
});

test('an open run is running, or killed and failed', async () => {
  plans.shop = daily({ startDate: '2024-05-08' });
  const event = await transformedRun(platform, daily(), {
    period: '2024-05-07',
  });
  expect(await ask()).toMatchObject({
    state: 'running',
    last: { outcome: 'running' },
  });
  endExecution(event.execution.id);
  expect(await ask()).toMatchObject({
    state: 'failed',
    last: { outcome: 'killed', run: event.run },
  });
});

test('a failed run tells why, even where readers have fresh rows', async () => {
  await ran('2024-05-07', '2024-05-08T06:01:00.000Z');
  const run = await ran('2024-05-06', '2024-05-08T06:02:00.000Z');
  const ledger = await readLedger(platform, 'shop', run);
  if (!ledger) throw new Error('no ledger');
  const error = { name: 'CheckError', message: 'no rows' };
  await writeLedger(platform, { ...ledger, outcome: 'failed', error });
  expect(await ask()).toMatchObject({
    state: 'failed',
    last: { error },
    freshness: { isLate: false },
  });
});

describe('rows', () => {
  const table = planTable('orders', 'partition');
  const make = async (changes: Partial<Plan>, counts: readonly number[]) => {
    plans.shop = daily({ tables: [table], ...changes });
    for (const [i, orders] of counts.entries())
      await ran(`2024-05-0${i + 1}`, `2024-05-0${i + 2}T06:00:00.000Z`, {
        orders,
      });
    return (await ask()).rows[0];
  };

  test.each<[string, Partial<Plan>, number[], object]>([
    ['first', {}, [9], { rows: 9, runs: 0, isDrop: false }],
    ['without a share', {}, [90, 1], { usual: 90, isDrop: false }],
    ['within the share', { maxDrop: 0.5 }, [90, 45], { isDrop: false }],
    ['beyond the share', { maxDrop: 0.5 }, [90, 44], { isDrop: true }],
    [
      'the median, not the last',
      { maxDrop: 0.5 },
      [90, 100, 10, 40],
      { usual: 90, runs: 3, isDrop: true },
    ],
    [
      'the last five alone',
      { maxDrop: 0.5 },
      [900, 900, 900, 10, 10, 10, 10, 9],
      { usual: 10, runs: 5, isDrop: false },
    ],
    [
      "the table's share comes first",
      { maxDrop: 0.1, tables: [{ ...table, maxDrop: 0.9 }] },
      [90, 44],
      { maxDrop: 0.9, isDrop: false },
    ],
  ])('%s', async (_, changes, counts, expected) => {
    expect(await make(changes, counts)).toMatchObject(expected);
  });

  test('of a sample are not compared with those of other input', async () => {
    await make({ maxDrop: 0.5 }, [90]);
    const run = await ran('2024-05-02', '2024-05-03T06:00:00.000Z');
    const ledger = await readLedger(platform, 'shop', run);
    if (ledger) await writeLedger(platform, { ...ledger, replay: 'live' });
    expect((await ask()).rows[0]).toMatchObject({ runs: 0, isDrop: false });
  });
});

test('a name that is no pipeline is refused', async () => {
  const act = status(platform)({ pipeline: 'nope' });
  await expect(act).rejects.toThrow(UsageError);
});
