import type { Plan } from '../../core/plan.ts';
import { keys } from '../../functions/shared/keys.ts';
import { writeLedger } from '../../functions/shared/ledger.ts';
import { shopPlan } from '../../functions/testing/shopPlan.ts';
import { type TestLake, testLake } from '../../functions/testing/testLake.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import { createScheduler, type SchedulerOptions } from './scheduler.ts';

let now: Date;
let lake: TestLake;
let started: string[];
let said: string[];
let runs: number;

const daily = (pipeline: string, changes: Partial<Plan> = {}) =>
  shopPlan({ pipeline, schedule: 'cron(0 6 * * ? *)', ...changes });
const set = (text: string) => {
  now = new Date(`2024-05-${text}:00Z`);
};

beforeEach(async () => {
  set('08T05:00');
  [started, said, runs] = [[], [], 0];
  lake = await testLake({}, { now: () => now });
});
afterEach(() => lake.remove());

/** Leaves a ledger, as a run does. */
const begin = async (pipeline: string, period: string, isWell = true) =>
  writeLedger(lake.platform, {
    run: `run-${++runs}`,
    pipeline,
    date: period,
    period,
    outcome: isWell ? 'published' : 'failed',
    execution: 'local:0:',
    startedAt: now.toISOString(),
    replay: 'live',
    engine: { name: 'duckdb', reason: 'a test' },
    steps: [],
    sources: [],
    tables: [],
    checks: [],
  });

const schedulerOf = async (
  plans: readonly Plan[],
  more: Partial<SchedulerOptions> = {},
) => {
  const execution = await newExecution();
  const scheduler = createScheduler({
    platform: lake.platform,
    plans,
    execution,
    options: { live: true },
    parallel: 4,
    stop: new AbortController().signal,
    say: (pipeline, message) => said.push(`${pipeline}: ${message}`),
    run: async (pipeline, { date }) => {
      started.push(`${pipeline} ${date}`);
      await begin(pipeline, date ?? '');
      return true;
    },
    ...more,
  });
  return { ...scheduler, execution };
};

/** Looks at a time, and waits for what that began. */
const look = async (
  { tick, idle }: { tick: () => void; idle: () => Promise<void> },
  at: string,
) => {
  set(at);
  tick();
  await idle();
};

test('starts each pipeline at its time, and once', async () => {
  const scheduler = await schedulerOf([
    daily('one'),
    daily('two', { schedule: 'cron(30 6 * * ? *)' }),
  ]);
  expect(scheduler.next()?.toISOString()).toBe('2024-05-08T06:00:00.000Z');
  for (const at of ['08T05:00', '08T05:59', '08T06:00', '08T06:00', '08T06:20'])
    await look(scheduler, at);
  expect(started).toEqual(['one 2024-05-07']);
  expect(scheduler.next()?.toISOString()).toBe('2024-05-08T06:30:00.000Z');
  for (const at of ['08T06:30', '08T12:00', '09T06:00'])
    await look(scheduler, at);
  expect(started.slice(1)).toEqual(['two 2024-05-07', 'one 2024-05-08']);
});

test('catches up after a sleep, in order', async () => {
  const scheduler = await schedulerOf([daily('one')]);
  await look(scheduler, '08T06:00');
  await look(scheduler, '11T08:00');
  expect(started).toEqual([
    'one 2024-05-07',
    'one 2024-05-08',
    'one 2024-05-09',
    'one 2024-05-10',
  ]);
  expect(said).toEqual([
    'one: 3 periods are due, from 2024-05-08 to 2024-05-10: starts were missed',
  ]);
});

test('catches up what was missed while no scheduler ran', async () => {
  await look(await schedulerOf([daily('one')]), '08T06:00');
  await look(await schedulerOf([daily('one')]), '10T07:00');
  expect(started.slice(1)).toEqual(['one 2024-05-08', 'one 2024-05-09']);
});

test('a run that was cut off with its scheduler is due again', async () => {
  await begin('one', '2024-05-06');
  set('08T06:00');
  await begin('one', '2024-05-07');
  const key = keys.ledger('one', 'run-2');
  const ledger = JSON.parse((await lake.platform.store.read(key)) ?? '');
  await writeLedger(lake.platform, { ...ledger, outcome: 'running' });
  await look(await schedulerOf([daily('one')]), '08T06:10');
  expect(started).toEqual(['one 2024-05-07']);
});

test('of two schedulers on one lake, one starts each run', async () => {
  const [a, b] = [
    await schedulerOf([daily('one')]),
    await schedulerOf([daily('one')]),
  ];
  for (const at of ['08T05:30', '08T06:00', '09T06:00', '09T06:01']) {
    set(at);
    a.tick();
    b.tick();
    await Promise.all([a.idle(), b.idle()]);
  }
  expect(started).toEqual(['one 2024-05-07', 'one 2024-05-08']);
});

test('takes over from a scheduler that died', async () => {
  const hold = Promise.withResolvers<boolean>();
  const isAtIt = Promise.withResolvers<void>();
  const dying = await schedulerOf([daily('one')], {
    run: () => {
      isAtIt.resolve();
      return hold.promise;
    },
  });
  const other = await schedulerOf([daily('one')]);
  set('08T05:30');
  dying.tick();
  await dying.idle();
  set('08T06:00');
  dying.tick();
  await isAtIt.promise;
  await look(other, '08T06:00');
  expect(started).toEqual([]);
  endExecution(dying.execution);
  await look(other, '08T06:01');
  expect(started).toEqual(['one 2024-05-07']);
  hold.resolve(true);
  await dying.idle();
});

test('one that fails or goes on stops no other', async () => {
  const hold = Promise.withResolvers<boolean>();
  const ends: Record<string, () => Promise<boolean>> = {
    failing: async () => false,
    broken: () => Promise.reject(new TypeError('no such thing')),
    slow: () => hold.promise,
    well: async () => true,
  };
  const scheduler = await schedulerOf(
    Object.keys(ends).map((n) => daily(n)),
    {
      run: async (pipeline, { date }) => {
        started.push(`${pipeline} ${date}`);
        await begin(pipeline, date ?? '', pipeline === 'well');
        return ends[pipeline]?.() ?? true;
      },
    },
  );
  const settle = async (at: string, many: number) => {
    set(at);
    scheduler.tick();
    while (started.length < many)
      await new Promise((resolve) => setImmediate(resolve));
  };
  await settle('08T06:00', 4);
  expect(started.toSorted()).toEqual([
    'broken 2024-05-07',
    'failing 2024-05-07',
    'slow 2024-05-07',
    'well 2024-05-07',
  ]);
  hold.resolve(true);
  await scheduler.idle();
  expect(said).toEqual(['broken: TypeError: no such thing']);
  await look(scheduler, '09T06:00');
  expect(started).toHaveLength(8);
});

test.each([
  [true, ['2024-05-05'], 'what follows 2024-05-05 waits for it'],
  [false, ['2024-05-05', '2024-05-06', '2024-05-07'], 'starts were missed'],
])(
  'after a failure, with dependsOnPast %s, %j are begun',
  async (dependsOnPast, periods, message) => {
    set('05T06:00');
    await begin('one', '2024-05-04');
    const run: SchedulerOptions['run'] = async (pipeline, { date }) => {
      started.push(`${date}`);
      await begin(pipeline, date ?? '', false);
      return false;
    };
    const plan = daily('one', { dependsOnPast });
    await look(await schedulerOf([plan], { run }), '08T06:00');
    expect(started).toEqual(periods);
    expect(said.at(-1)).toContain(message);
  },
);

test('three failures in a row leave the rest to a catch-up', async () => {
  set('01T06:00');
  await begin('one', '2024-04-30');
  const run: SchedulerOptions['run'] = async (_, { date }) => {
    started.push(`${date}`);
    return false;
  };
  await look(await schedulerOf([daily('one')], { run }), '08T06:00');
  expect(started).toEqual(['2024-05-01', '2024-05-02', '2024-05-03']);
  expect(said.at(-1)).toContain(
    '3 periods failed in a row: the 4 after them are left to',
  );
});

test('once it is stopped, what runs ends and no more is begun', async () => {
  const stop = new AbortController();
  set('05T06:00');
  await begin('one', '2024-05-04');
  const scheduler = await schedulerOf([daily('one'), daily('two')], {
    stop: stop.signal,
    run: async (pipeline, { date }) => {
      stop.abort();
      started.push(`${pipeline} ${date}`);
      return true;
    },
  });
  await look(scheduler, '08T06:00');
  await look(scheduler, '09T06:00');
  expect(started).toHaveLength(1);
});

test('a clock that is set back starts nothing twice', async () => {
  const scheduler = await schedulerOf([daily('one')]);
  for (const at of ['08T05:00', '08T06:00', '08T05:30', '08T06:00', '08T07:00'])
    await look(scheduler, at);
  expect(started).toEqual(['one 2024-05-07']);
});

test('a clock that was ahead for a while silences nothing', async () => {
  const scheduler = await schedulerOf([daily('one')]);
  for (const at of ['08T05:00', '28T06:00', '09T05:00', '09T06:00'])
    await look(scheduler, at);
  expect(started.at(-1)).toBe('one 2024-05-08');
});
