import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockedError, UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { fileSystem } from '../../platform/local/fileSystem.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { recordFailure } from '../record-failure/handler.ts';
import type { PlanEvent } from '../shared/events.ts';
import { keys } from '../shared/keys.ts';
import { readLedger } from '../shared/ledger.ts';
import { readPlan } from '../shared/readPlan.ts';
import { nextExecution, publishRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import {
  type TestLake,
  type TestLakeOptions,
  testLake,
} from '../testing/testLake.ts';
import { plan } from './handler.ts';

const NOW = new Date('2024-06-15T04:30:00Z');
const plans: Record<string, Plan> = {};
let lake: TestLake;
let platform: Platform;

const openLake = async (options: TestLakeOptions = {}) => {
  plans.shop = shopPlan();
  lake = await testLake(plans, { now: () => NOW, ...options });
  platform = lake.platform;
};
beforeEach(() => openLake());
afterEach(() => lake.remove());

const eventOf = async (changes: Partial<PlanEvent>): Promise<PlanEvent> => ({
  pipeline: 'shop',
  date: null,
  options: {},
  execution: await nextExecution(),
  ...changes,
});
const start = async (changes: Partial<PlanEvent> = {}) =>
  plan(platform)(await eventOf(changes));
const record = async (folder: string, body: string) => {
  await mkdir(join(folder, 'shop'), { recursive: true });
  await writeFile(join(folder, 'shop', 'recording.json'), body);
};
/** A plan whose live table the Spark job reads itself. */
const unlandedPlan = (engine?: 'spark'): Plan => ({
  ...shopPlan(),
  ...(engine && { engine }),
  sources: shopPlan().sources.map((one) => ({
    ...one,
    kind: 'mysql' as const,
    from: { secret: 's', table: 't', key: 'id', lookback: 0, read: 'job' },
  })),
});

describe('a table that does not land', () => {
  test.each<[string, 'spark' | undefined, PlanEvent['options'], string]>([
    ['live', undefined, { live: true }, 'its job reads source itself'],
    ['pinned', 'spark', { live: true }, 'its job reads source itself'],
    ['asked', undefined, { live: true, engine: 'spark' }, 'its job reads'],
    ['recorded', undefined, {}, 'by what lands'],
    ['recorded, by DuckDB', undefined, { engine: 'duckdb' }, 'asked for'],
  ])('%s', async (_, engine, options, reason) => {
    plans.shop = unlandedPlan(engine);
    const started = await start({ options });
    expect(started.engine.reason).toContain(reason);
    expect(started.engine.name).toBe(
      options.live ? 'spark' : (options.engine ?? 'auto'),
    );
  });

  test('is refused to DuckDB', async () => {
    plans.shop = unlandedPlan();
    const act = start({ options: { live: true, engine: 'duckdb' } });
    await expect(act).rejects.toThrow(UsageError);
    await expect(act).rejects.toThrow('run it with --engine spark');
  });
});

const source = (scope: 'full' | 'changes') =>
  shopPlan().sources.map((s) => ({ ...s, scope }));

describe('the period', () => {
  test.each<[string, Plan['period'], string | null, string, string]>([
    ['the last complete day', 'day', null, '2024-06-14', '2024-06-14'],
    ['the last complete month', 'month', null, '2024-05', '2024-05-31'],
    ['a snapshot of yesterday', 'snapshot', null, '2024-06-14', '2024-06-14'],
    ['the day given', 'day', '2023-02-28', '2023-02-28', '2023-02-28'],
    ['the month of a day', 'month', '2023-02-11', '2023-02', '2023-02-11'],
    ['a month', 'month', '2023-02', '2023-02', '2023-02-28'],
  ])('is %s', async (_, period, date, label, logical) => {
    plans.shop = shopPlan({ period });
    const event = await start({ date });
    expect([event.period.label, event.date]).toEqual([label, logical]);
  });

  test('is that of the sample without a date', async () => {
    await record(lake.samples, '{"date": "2024-03-15"}');
    expect((await start()).period.label).toBe('2024-03-15');
    expect((await start({ date: '2024-03-16' })).date).toBe('2024-03-16');
  });

  test.each([
    ['{"date": "15 March"}', 'its date: "15 March" is not a date: write YYYY-'],
    ['{"date": "2024-02-30"}', 'its date: "2024-02-30" is not a date: write'],
    ['{"date": "2024-13"}', 'its date: "2024-13-01" is not a date: write'],
    ['{"date": ', 'no JSON: '],
  ])('a recording that says %s is named', async (body, message) => {
    await record(lake.samples, body);
    await expect(start()).rejects.toThrow(UsageError);
    const file = join(lake.samples, 'shop', 'recording.json');
    await expect(start()).rejects.toThrow(`${file}: ${message}`);
  });

  test('is that of the recording in a replay', async () => {
    await record(lake.samples, '{"date": "2024-03-15"}');
    const replay = join(lake.folder, 'recordings');
    await record(replay, '{"date": "2022-10-01"}');
    const event = await start({ options: { replay } });
    expect(event.period.label).toBe('2022-10-01');
    const ledger = await readLedger(platform, 'shop', event.run);
    expect(ledger?.replay).toBe(replay);
  });

  test.each(['2023-02-30', 'yesterday', '2023-02'])(
    'is refused where it is no day: %s',
    (date) => expect(start({ date })).rejects.toThrow(UsageError),
  );
});

test('a run leaves its plan and an open ledger, and names its sources', async () => {
  const event = await start({ date: '2024-05-01' });
  expect(event.waves).toEqual([
    [{ source: 'source', part: { index: 0, of: 1 } }],
  ]);
  expect(await readPlan(platform, 'shop', event.run)).toEqual(plans.shop);
  expect(await readLedger(platform, 'shop', event.run)).toMatchObject({
    outcome: 'running',
    period: '2024-05-01',
    execution: event.execution.id,
    steps: [{ step: 'plan' }],
  });
});

test('a step that is repeated is the same run', async () => {
  const event = await eventOf({ date: '2024-05-01' });
  const first = await plan(platform)(event);
  expect(await plan(platform)(event)).toEqual(first);
});

test('a period is worked on by one run at a time', async () => {
  const first = await start({ date: '2024-05-01' });
  const second = start({ date: '2024-05-01' });
  await expect(second).rejects.toThrow(LockedError);
  await expect(second).rejects.toThrow(first.run);
  await start({ date: '2024-05-02' });
  endExecution(first.execution.id);
  const third = await start({ date: '2024-05-01' });
  expect(third.run).not.toBe(first.run);
  expect(await readLedger(platform, 'shop', first.run)).toMatchObject({
    outcome: 'failed',
    error: { name: 'Killed' },
  });
});

test('a run that cannot begin holds no lock', async () => {
  const broken = { ...fileSystem };
  await lake.remove();
  await openLake({ fs: broken });
  broken.open = async (path, ...rest) => {
    if (String(path).includes('/plans/')) throw new Error('disk full');
    return fileSystem.open(path, ...rest);
  };
  await expect(start({ date: '2024-05-01' })).rejects.toThrow('disk full');
  Object.assign(broken, fileSystem);
  await start({ date: '2024-05-01' });
});

test('a run that is refused takes no lock and leaves no trace', async () => {
  plans.shop = shopPlan({ startDate: '2030-01-01' });
  await expect(start()).rejects.toThrow(UsageError);
  expect(await platform.store.list('')).toEqual([]);
});

describe('a start date', () => {
  test.each<[Plan['period'], string, boolean]>([
    ['day', '2024-04-30', false],
    ['day', '2024-05-01', true],
    ['month', '2024-04', false],
    ['month', '2024-05', true],
  ])('of 2024-05-01 for a %s: %s starts: %s', async (period, date, starts) => {
    plans.shop = shopPlan({ period, startDate: '2024-05-01' });
    if (starts) expect(await start({ date })).toHaveProperty('run');
    else await expect(start({ date })).rejects.toThrow('start date 2024-05-01');
  });
});

describe('a pipeline that depends on its past', () => {
  const dependent = (startDate?: string) => {
    const more = startDate === undefined ? {} : { startDate };
    const made = shopPlan({ dependsOnPast: true, ...more });
    plans.shop = made;
    return made;
  };

  test('begins anywhere', async () => {
    dependent();
    expect(await start({ date: '2024-05-05' })).toHaveProperty('run');
  });

  test('goes on with the next period, or one that was', async () => {
    await publishRun(platform, dependent(), { period: '2024-05-05' });
    await expect(start({ date: '2024-05-07' })).rejects.toThrow(
      '2024-05-07 depends on 2024-05-06, which is not published',
    );
    expect(await start({ date: '2024-05-06' })).toHaveProperty('run');
  });

  test.each([
    ['failed', UsageError, 'which failed'],
    ['was killed', UsageError, 'which was killed'],
    ['is going on', LockedError, 'works still'],
  ])('does not go on where the one before %s', async (how, error, message) => {
    dependent();
    const { run, execution } = await start({ date: '2024-05-05' });
    const because = { Error: 'SourceError', Cause: 'no file' };
    if (how === 'failed')
      await recordFailure(platform)({
        pipeline: 'shop',
        execution,
        error: because,
      });
    if (how !== 'is going on') endExecution(execution.id);
    const next = start({ date: '2024-05-06' });
    await expect(next).rejects.toThrow(error);
    await expect(next).rejects.toThrow(message);
    await expect(next).rejects.toThrow(run);
  });

  test('does not skip what lies between its start date and its first run', async () => {
    dependent('2024-05-01');
    await expect(start({ date: '2024-05-05' })).rejects.toThrow(
      'tributary backfill shop',
    );
    expect(await start({ date: '2024-05-01' })).toHaveProperty('run');
  });

  test('begins at its start date', async () => {
    const made = dependent('2024-05-01');
    await publishRun(platform, made, { period: '2024-05-05' });
    expect(await start({ date: '2024-05-01' })).toHaveProperty('run');
    await expect(start({ date: '2024-05-02' })).rejects.toThrow('depends on');
  });
});

describe('after a newer period was published', () => {
  test.each<[string, 'full' | 'changes', boolean]>([
    ['a pipeline that reads changes does not go back', 'changes', false],
    ['another one may', 'full', true],
  ])('%s', async (_, scope, starts) => {
    const made = shopPlan({ sources: source(scope) });
    plans.shop = made;
    await publishRun(platform, made, { period: '2024-05-05' });
    const early = start({ date: '2024-05-04' });
    if (starts) expect(await early).toHaveProperty('run');
    else await expect(early).rejects.toThrow('tributary rollback shop');
    expect(await start({ date: '2024-05-05' })).toHaveProperty('run');
  });
});

test('the lock is on the period, whatever day of it is given', async () => {
  plans.shop = shopPlan({ period: 'month' });
  await start({ date: '2024-05-01' });
  await expect(start({ date: '2024-05-31' })).rejects.toThrow(LockedError);
  const lock = keys.runLock('shop', '2024-05');
  const holder = { execution: await newExecution(), run: 'r' };
  expect(await platform.locks.acquire(lock, holder)).toHaveProperty('heldBy');
});

describe('the engine of a run', () => {
  test.each([
    ['that nobody names', undefined, undefined, 'auto', 'by what lands'],
    ['that is pinned', 'spark', undefined, 'spark', 'pinned in the definition'],
    ['that is asked for', 'spark', 'duckdb', 'duckdb', 'asked for'],
  ] as const)('%s', async (_, engine, option, name, reason) => {
    plans.shop = shopPlan({ ...(engine && { engine }) });
    const event = await start({ options: option ? { engine: option } : {} });
    expect(event.engine).toEqual({ name, reason });
  });
});
