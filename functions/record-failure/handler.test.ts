import type { Platform } from '../../platform/ports.ts';
import { publish } from '../publish/handler.ts';
import { rollback } from '../rollback/handler.ts';
import { readJournal, writeJournal } from '../shared/journal.ts';
import { keys } from '../shared/keys.ts';
import { readLedger } from '../shared/ledger.ts';
import { nextExecution, transformedRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { recordFailure } from './handler.ts';

const plan = shopPlan();
let lake: TestLake;
let platform: Platform;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  platform = lake.platform;
});
afterEach(() => lake.remove());

const ERROR = { Error: 'SourceError', Cause: 'the file is empty' };
const failedRun = async () => {
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  const { run, execution } = event;
  const name = keys.runLock('shop', '2024-05-01');
  await platform.locks.acquire(name, { execution: execution.id, run });
  return event;
};
const lockOf = async () => {
  const name = keys.runLock('shop', '2024-05-01');
  return platform.locks.acquire(name, { execution: 'another', run: 'r' });
};

test.each([
  ['of a local step', ERROR.Cause, ERROR.Cause],
  ['of a Lambda', '{"errorMessage":"no rows","stack":[]}', 'no rows'],
  ['that is JSON of another shape', '{"a":1}', '{"a":1}'],
])('writes the reason %s', async (_, Cause, message) => {
  const { run, execution } = await failedRun();
  const error = { Error: 'SourceError', Cause };
  await recordFailure(platform)({ pipeline: 'shop', execution, error });
  expect(await readLedger(platform, 'shop', run)).toMatchObject({
    outcome: 'failed',
    error: { name: 'SourceError', message },
  });
  const row = JSON.parse((await platform.store.read(keys.opsRuns(run))) ?? '');
  expect(row).toMatchObject({ outcome: 'failed', error: message });
  expect(await lockOf()).toHaveProperty('lease');
});

test.each(['done', 'prepared'] as const)(
  'a run that failed after its moves, journal %s, is published',
  async (state) => {
    const event = await failedRun();
    await publish(platform)(event);
    const journal = await readJournal(platform, 'shop', event.run);
    if (journal) await writeJournal(platform, { ...journal, state });
    const { execution } = event;
    await recordFailure(platform)({
      pipeline: 'shop',
      execution,
      error: ERROR,
    });
    expect(await readLedger(platform, 'shop', event.run)).toMatchObject({
      outcome: 'published',
      error: { message: ERROR.Cause },
    });
    expect((await readJournal(platform, 'shop', event.run))?.state).toBe(
      'done',
    );
    await rollback(platform)({
      pipeline: 'shop',
      execution: await nextExecution(),
    });
    expect((await platform.catalog.read('shop')).tables).toEqual({});
  },
);

test('a run that has no ledger, or no pipeline, leaves nothing', async () => {
  const execution = await nextExecution();
  await recordFailure(platform)({ pipeline: 'shop', execution, error: ERROR });
  await recordFailure(platform)({ execution, error: ERROR });
  expect(await platform.store.list('')).toEqual([]);
});

test('the lock of another run stays', async () => {
  await failedRun();
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  const { execution } = event;
  await recordFailure(platform)({ pipeline: 'shop', execution, error: ERROR });
  expect(await lockOf()).toHaveProperty('heldBy');
});
