import type { Platform } from '../../platform/ports.ts';
import { backfill } from '../backfill/handler.ts';
import { chooseEngineStep } from '../choose-engine/handler.ts';
import { clean } from '../clean/handler.ts';
import { closeExecution } from '../close-execution/handler.ts';
import { closeJob } from '../close-job/handler.ts';
import { fetch } from '../fetch/handler.ts';
import { finishJob } from '../finish-job/handler.ts';
import { plan } from '../plan/handler.ts';
import { publish } from '../publish/handler.ts';
import { quote } from '../quote/handler.ts';
import { recordFailure } from '../record-failure/handler.ts';
import { refresh } from '../refresh/handler.ts';
import { rollback } from '../rollback/handler.ts';
import { startJob } from '../start-job/handler.ts';
import { transform } from '../transform/handler.ts';

/** Whoever touches it has begun before the event was looked at. */
const untouched = new Proxy({} as Platform, {
  get: (_, name) => {
    throw new Error(`it used ${String(name)}`);
  },
});

const fail = (what: unknown): never => {
  throw new Error(`it came to ${what}`);
};

const STEPS: Readonly<
  Record<string, (platform: Platform) => (event: never) => Promise<unknown>>
> = {
  ...{ plan, fetch, transform, publish, refresh, backfill, rollback, clean },
  ...{ quote, 'choose-engine': chooseEngineStep, 'start-job': startJob },
  ...{ 'finish-job': finishJob, 'record-failure': recordFailure },
  ...{ 'close-execution': closeExecution, 'close-job': closeJob(fail) },
};

const errorOf = async (step: string, event: unknown): Promise<string> => {
  const create = STEPS[step] ?? fail(step);
  return create(untouched)(event as never).then(
    () => 'it passed',
    (error: Error) => `${error.name}: ${error.message}`,
  );
};

describe.each(Object.keys(STEPS))('%s', (step) => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'loans'],
    ['an empty object', {}],
  ])('refuses %s, and touches nothing', async (_, event) => {
    expect(await errorOf(step, event)).toMatch(
      new RegExp(`^TypeError: ${step}: the event lacks \\w+`),
    );
  });

  test('refuses a pipeline that is a number', async () => {
    expect(await errorOf(step, { pipeline: 5 })).toContain(
      'pipeline is 5: it must be a string',
    );
  });
});

const execution = { id: 'e', startedAt: '2024-01-01T00:00:00Z' };
const whole = { pipeline: 'shop', options: {}, execution };

test.each<[string, object, string]>([
  ['rollback', { runs: 'r1' }, 'runs is unknown: there are pipeline, '],
  ['rollback', { run: 1 }, 'run is 1: it must be a string'],
  ['clean', { dryrun: true }, 'dryrun is unknown'],
  ['clean', { dryRun: 'yes' }, 'dryRun is "yes": it must be a boolean'],
  ['clean', { keep: '3' }, 'keep is "3": it must be a number'],
])('%s with %j', async (step, wrong, said) => {
  const event = { pipeline: 'shop', execution, ...wrong };
  expect(await errorOf(step, event)).toContain(`TypeError: ${step}: ${said}`);
});

test.each<[object, string]>([
  [{ budget: '5' }, 'budget is "5": it must be a number'],
  [{ form: '2024-01-01' }, 'form is unknown'],
  [{ options: 'live' }, 'options is "live": it must be an object'],
])('backfill with %j', async (wrong, said) => {
  const { execution: _, ...event } = { ...whole, ...wrong };
  expect(await errorOf('backfill', event)).toContain(said);
});

test.each<[string, unknown, string]>([
  ['close-job', {}, 'the event lacks jobName, jobRunId'],
  ['close-job', [], 'the event lacks jobName, jobRunId'],
  ['close-job', 'jr_1', 'detail is "jr_1": it must be an object'],
  ['close-job', null, 'detail is null: it must be an object'],
  ['close-job', { jobName: 'a', jobRunId: 1 }, 'jobRunId is 1: it must be a'],
  ['close-execution', {}, 'the event lacks executionArn, startDate, status'],
  [
    'close-execution',
    { executionArn: 'a', startDate: '2024-05-08', status: 'ABORTED' },
    'startDate is "2024-05-08": it must be a number',
  ],
  [
    'close-execution',
    { executionArn: 'a', startDate: 1, status: null },
    'status is null: it must be a string',
  ],
])('%s whose detail is %j', async (step, detail, said) => {
  expect(await errorOf(step, { detail })).toContain(
    `TypeError: ${step}: ${said}`,
  );
});
