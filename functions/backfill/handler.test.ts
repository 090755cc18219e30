import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../../core/plan.ts';
import { endExecution } from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { plan as startRun } from '../plan/handler.ts';
import { recordFailure } from '../record-failure/handler.ts';
import { rollback } from '../rollback/handler.ts';
import { readLedger, writeLedger } from '../shared/ledger.ts';
import { nextExecution, publishRun } from '../testing/publishRun.ts';
import { planTable, shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { type BackfillEvent, backfill } from './handler.ts';

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

const choose = async (event: Partial<BackfillEvent> = {}) =>
  backfill(platform)({
    pipeline: 'shop',
    from: '2024-05-01',
    options: {},
    ...event,
  });
const whyByPeriod = async (event: Partial<BackfillEvent> = {}) =>
  Object.fromEntries(
    (await choose(event)).periods.map(({ period, action, why }) => [
      period.slice(-2),
      `${action}: ${why}`,
    ]),
  );
const toRun = async (event: Partial<BackfillEvent> = {}) =>
  (await choose(event)).periods
    .filter(({ action }) => action === 'run')
    .map(({ period }) => period.slice(-2));

const start = async (date: string) =>
  startRun(platform)({
    pipeline: 'shop',
    date,
    options: {},
    execution: await nextExecution(),
  });
const fail = async (date: string) => {
  const { run, execution } = await start(date);
  const error = { Error: 'SourceError', Cause: 'no file\nsecond line' };
  await recordFailure(platform)({ pipeline: 'shop', execution, error });
  return run;
};
const source = (changes: object) =>
  shopPlan().sources.map((one) => ({ ...one, ...changes }));

test('a period is run that is missing, failed, was killed or taken back', async () => {
  const first = await publishRun(platform, shopPlan(), {
    period: '2024-05-01',
  });
  await fail('2024-05-02');
  const killed = await start('2024-05-03');
  endExecution(killed.execution.id);
  const running = await start('2024-05-04');
  const back = await publishRun(platform, shopPlan(), { period: '2024-05-05' });
  const execution = await nextExecution();
  await rollback(platform)({ pipeline: 'shop', execution });
  expect(await whyByPeriod()).toEqual({
    '01': `skip: published by run ${first}`,
    '02': 'run: failed: no file',
    '03': `run: killed: run ${killed.run}`,
    '04': `skip: run ${running.run} works on it`,
    '05': `run: rolled back: run ${back}`,
    '06': 'run: missing',
    '07': 'run: missing',
  });
});

test('all are run by force, but for one that is being run', async () => {
  await publishRun(platform, shopPlan(), { period: '2024-05-01' });
  await start('2024-05-02');
  expect(await toRun({ force: true, to: '2024-05-03' })).toEqual(['01', '03']);
});

test('a published period whose last run failed is run again', async () => {
  await publishRun(platform, shopPlan(), { period: '2024-05-01' });
  await fail('2024-05-01');
  expect(await toRun({ to: '2024-05-01' })).toEqual(['01']);
});

test('a period that a new table lacks is run again', async () => {
  await publishRun(platform, shopPlan(), { period: '2024-05-01' });
  const { tables } = shopPlan();
  plans.shop = shopPlan({
    tables: [...tables, planTable('more', 'partition')],
  });
  expect(await whyByPeriod({ to: '2024-05-01' })).toEqual({
    '01': 'run: missing: table more has no rows of it',
  });
});

test('a run that died after its publish is not repeated', async () => {
  const run = await publishRun(platform, shopPlan(), { period: '2024-05-01' });
  const ledger = await readLedger(platform, 'shop', run);
  if (!ledger) throw new Error('no ledger');
  await writeLedger(platform, { ...ledger, outcome: 'running' });
  expect(await toRun({ to: '2024-05-01' })).toEqual([]);
});

test('without partitions the ledger tells', async () => {
  const made = shopPlan({ tables: [planTable('prices', 'replace')] });
  plans.shop = made;
  await publishRun(platform, made, { period: '2024-05-02' });
  await publishRun(platform, made, { period: '2024-05-01' });
  expect(await toRun({ to: '2024-05-03' })).toEqual(['03']);
});

test('what came from a sample is missing for other input', async () => {
  await publishRun(platform, shopPlan(), { period: '2024-05-01' });
  expect(await toRun({ to: '2024-05-01', options: { live: true } })).toEqual([
    '01',
  ]);
});

describe('the range', () => {
  test('begins at the start date and ends with the last complete period', async () => {
    plans.shop = shopPlan({ startDate: '2024-05-06' });
    const { periods } = await backfill(platform)({
      pipeline: 'shop',
      options: { live: true },
    });
    expect(periods.map(({ period }) => period)).toEqual([
      '2024-05-06',
      '2024-05-07',
    ]);
  });

  test('has no period before the start date, nor one that goes on', async () => {
    plans.shop = shopPlan({ startDate: '2024-05-07' });
    const range = { from: '2024-05-06', to: '2024-05-08' };
    expect(await whyByPeriod({ ...range, options: { live: true } })).toEqual({
      '06': 'skip: it lies before the start date 2024-05-07',
      '07': 'run: missing',
      '08': 'skip: it is not over yet',
    });
  });

  test.each([
    [{}, 'pipeline shop: no start date is declared'],
    [{ from: '2024-05-03', to: '2024-05-02' }, 'before it begins with'],
    [{ from: 'May' }, '"May" is not a date'],
  ])('%j is refused', async (event, message) => {
    const act = backfill(platform)({ pipeline: 'shop', options: {}, ...event });
    await expect(act).rejects.toThrow(message);
  });
});

describe('a recording', () => {
  const record = async (date?: string, labels: readonly string[] = []) => {
    for (const label of ['', ...labels.map((one) => `date=${one}`)])
      await mkdir(join(lake.samples, 'shop', label), { recursive: true });
    if (date !== undefined)
      await writeFile(
        join(lake.samples, 'shop', 'recording.json'),
        JSON.stringify({ date }),
      );
    await writeFile(join(lake.samples, 'shop', '2024-05-02.csv'), 'a\n');
  };
  const range = { from: '2024-05-01', to: '2024-05-03' };
  const period = source({ scope: 'period' });

  test.each<[string, Plan['sources'], string[], string[]]>([
    ['one of a day has that day alone', period, [], ['02']],
    ['folders of days have these', period, ['01', '03'], ['01', '03']],
    [
      'a path by period has those that it has files of',
      source({ files: '{yyyy}-{MM}-{dd}.csv' }),
      [],
      ['02'],
    ],
    [
      'a column by period may have all, up to its end',
      source({ period: 'day' }),
      ['01'],
      ['01', '02'],
    ],
    [
      'a source read in full has its day',
      source({ scope: 'full' }),
      [],
      ['02'],
    ],
    [
      'changes have folders of days',
      source({ scope: 'changes' }),
      ['01', '03'],
      ['01', '03'],
    ],
  ])('%s', async (_, sources, days, expected) => {
    plans.shop = shopPlan({ sources });
    await record(
      '2024-05-02',
      days.map((day) => `2024-05-${day}`),
    );
    expect(await toRun(range)).toEqual(expected);
  });

  test('ends where it ends', async () => {
    await record(undefined, ['2024-05-02', '2024-05-04']);
    expect(await toRun()).toEqual(['02', '04']);
  });
});

test.each(['full', 'changes'] as const)(
  'live, one run sees all of a source of scope %s',
  async (scope) => {
    plans.shop = shopPlan({ sources: source({ scope }) });
    expect(await toRun({ options: { live: true } })).toEqual(['07']);
  },
);

test('changes do not go back, not even by force', async () => {
  const made = shopPlan({ sources: source({ scope: 'changes' }) });
  plans.shop = made;
  await publishRun(platform, made, { period: '2024-05-02' });
  expect(await toRun({ to: '2024-05-02', force: true })).toEqual(['02']);
  expect(await toRun({ to: '2024-05-01', force: true })).toEqual([]);
});

test.each<[string, Partial<Plan>, string]>([
  ['side by side', { tables: [planTable('orders', 'partition')] }, 'any'],
  ['merged rows', {}, 'ascending'],
  ['snapshots', { sources: source({ scope: 'full' }) }, 'ascending'],
  ['changes', { sources: source({ scope: 'changes' }) }, 'chained'],
  ['a past', { dependsOnPast: true }, 'chained'],
])('the order of %s', async (_, changes, kind) => {
  plans.shop = shopPlan(changes);
  expect((await choose()).order.kind).toBe(kind);
});

test('the quote is the median of what runs took', async () => {
  expect(await choose()).not.toHaveProperty('quote');
  for (const [i, seconds] of [4, 60, 5].entries()) {
    const period = `2024-05-0${i + 1}`;
    const run = await publishRun(platform, shopPlan(), { period });
    const ledger = await readLedger(platform, 'shop', run);
    if (ledger) await writeLedger(platform, { ...ledger, seconds });
  }
  expect((await choose()).quote).toMatchObject({ secondsPerRun: 5, runs: 3 });
});
