import { days, hours } from '../../core/duration.ts';
import { LockedError, UsageError } from '../../core/errors.ts';
import { endExecution } from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { publish } from '../publish/handler.ts';
import { refresh } from '../refresh/handler.ts';
import { rollback } from '../rollback/handler.ts';
import { keys } from '../shared/keys.ts';
import { nextExecution } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { writtenRun } from '../testing/writtenRun.ts';
import { type CleanEvent, clean } from './handler.ts';

const plan = shopPlan({ retention: { keep: 1, olderThan: days(10) } });
let lake: TestLake;
let platform: Platform;
let now = 0;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  now = Date.UTC(2024, 5, 1);
  platform = { ...lake.platform, clock: { now: () => new Date(now) } };
});
afterEach(() => lake.remove());

/** A run of the first of May, published at a time. */
const runOn = async (day: number): Promise<string> => {
  now = Date.UTC(2024, 5, day);
  const startedAt = new Date(now).toISOString();
  const event = await writtenRun(platform, plan, {
    period: '2024-05-01',
    startedAt,
  });
  await publish(platform)(event);
  await refresh(platform)(event);
  endExecution(event.execution.id);
  return event.run;
};

const cleanOn = async (day: number, event: Partial<CleanEvent> = {}) => {
  now = Date.UTC(2024, 5, day);
  const execution = await nextExecution();
  return clean(platform)({ pipeline: 'shop', execution, ...event });
};

const runsIn = (removed: readonly { readonly run?: string }[]) =>
  [...new Set(removed.map(({ run }) => run))].sort();

test('what goes is within no bound: neither the count nor the age', async () => {
  const [first, second] = [await runOn(1), await runOn(2), await runOn(3)];
  expect((await cleanOn(10, { dryRun: true })).removed).toEqual([]);
  // The second publish is 10 days old: what it had replaced can go.
  const result = await cleanOn(12);
  expect(result.bounds).toEqual({ keep: 1, olderThan: days(10) });
  expect(result.removed.map(({ kind, run, why }) => [kind, run, why])).toEqual([
    ...Array(3).fill([
      'tables',
      first,
      'replaced, and not needed to roll back 1 run or 10 d',
    ]),
    ...[first, second].map((run) => [
      'landing',
      run,
      'older than 10 d, and not of the last 1 published',
    ]),
    ...[first, second].map((run) => [
      'quarantine',
      run,
      'older than 10 d, and not of the last 1 published',
    ]),
  ]);
  expect(result.bytes).toBeGreaterThan(0);
  expect((await cleanOn(12)).removed).toEqual([]);
});

test.each<[string, Partial<CleanEvent>, number, string[]]>([
  ['the count', { keep: 2 }, 0, ['landing', 'quarantine']],
  ['the age', { olderThan: days(40) }, 0, []],
  ['both', { keep: 0, olderThan: 0 }, 6, ['landing', 'quarantine']],
])(
  'an option stands in for the definition: %s',
  async (_, options, n, inputs) => {
    await runOn(1);
    await runOn(2);
    await runOn(3);
    const kinds = (await cleanOn(30, options)).removed.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'tables')).toHaveLength(n);
    const others = kinds.filter((kind) => kind !== 'tables');
    expect([...new Set(others)]).toEqual(inputs);
  },
);

test('a rollback to what was removed is refused, with the day', async () => {
  await runOn(1);
  const second = await runOn(2);
  const third = await runOn(3);
  await cleanOn(20);
  const takeBack = async () =>
    rollback(platform)({ pipeline: 'shop', execution: await nextExecution() });
  expect((await takeBack()).run).toBe(third);
  await expect(takeBack()).rejects.toThrow(
    new UsageError(
      `run ${second} cannot be rolled back: what it had replaced was removed ` +
        'by a clean on 2024-06-20. Run the pipeline again on the input that ' +
        'is wanted',
      { pipeline: 'shop' },
    ),
  );
});

test('what readers may still read stays for an hour', async () => {
  const [first] = [await runOn(1), await runOn(2)];
  const bounds = { keep: 0, olderThan: 0 };
  expect(runsIn((await cleanOn(2, bounds)).removed)).toEqual([first]);
  const kinds = (await cleanOn(2, { ...bounds, dryRun: true })).removed;
  expect(kinds).toEqual([]);
  now += hours(2) * 1000;
  const { removed } = await clean(platform)({
    pipeline: 'shop',
    execution: await nextExecution(),
    ...bounds,
  });
  expect(removed.map(({ kind }) => kind)).toEqual([
    'tables',
    'tables',
    'tables',
  ]);
});

test('landed bytes that a kept landing refers to stay', async () => {
  const [first] = [await runOn(1), await runOn(2)];
  const [, second] = (await platform.store.list('landing/')).filter((key) =>
    key.endsWith('manifest.json'),
  );
  const from = keys.landing('shop', 'source', '2024-05-01', first);
  const files = [{ key: `${from}input.csv` }];
  await platform.store.write(second ?? '', JSON.stringify({ files }));
  const { removed } = await cleanOn(30, { keep: 0, olderThan: 0 });
  expect(removed.filter(({ kind }) => kind === 'landing')).toEqual([]);
  expect(await platform.store.read(`${from}input.csv`)).toBe(first);
});

test('a write that broke off goes after an hour', async () => {
  await runOn(1);
  const key = 'runs/shop/x.json.0.tmp';
  await platform.store.write(key, 'half');
  now = Date.now();
  const bounds = { pipeline: 'shop', execution: await nextExecution() };
  expect(
    (await clean(platform)(bounds)).removed.map((r) => r.key),
  ).not.toContain(key);
  now += hours(2) * 1000;
  const { removed } = await clean(platform)(bounds);
  expect(removed.filter(({ kind }) => kind === 'unfinished')).toEqual([
    {
      kind: 'unfinished',
      key,
      objects: 1,
      bytes: 4,
      why: 'a write that broke off',
    },
  ]);
  expect(await platform.store.unfinished('')).toEqual([]);
});

test('one clean of a pipeline at a time', async () => {
  const execution = await nextExecution();
  const holder = { execution: execution.id, run: 'other' };
  await platform.locks.acquire(keys.cleanLock('shop'), holder);
  await expect(cleanOn(1)).rejects.toThrow(LockedError);
  expect((await cleanOn(1, { dryRun: true })).removed).toEqual([]);
  endExecution(execution.id);
  expect((await cleanOn(1)).removed).toEqual([]);
});
