import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endExecution } from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { publish } from '../publish/handler.ts';
import { rollback } from '../rollback/handler.ts';
import {
  nextExecution,
  publishRun,
  transformedRun,
} from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { type Journal, readJournal, writeJournal } from './journal.ts';
import { keys } from './keys.ts';
import { readLedger } from './ledger.ts';
import { recover, recoverPeriod, recoverPublishes } from './recover.ts';
import { runId } from './runId.ts';

const plan = shopPlan();
let lake: TestLake;
let platform: Platform;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  platform = lake.platform;
});
afterEach(() => lake.remove());

const DAY = { period: '2024-05-01' };
const journalOf = async (run: string): Promise<Journal> => {
  const journal = await readJournal(platform, 'shop', run);
  if (!journal) throw new Error(`${run} has no journal`);
  return journal;
};
const opsOf = async (run: string) =>
  JSON.parse((await platform.store.read(keys.opsRuns(run))) ?? 'null');

/** A run whose execution died after its moves, or before them. */
const died = async (state: Journal['state'], isMoved: boolean) => {
  const event = await transformedRun(platform, plan, DAY);
  const before = await platform.catalog.read('shop');
  await publish(platform)(event);
  const moved = await platform.catalog.read('shop');
  if (!isMoved) await platform.catalog.replace(moved, before);
  await writeJournal(platform, { ...(await journalOf(event.run)), state });
  endExecution(event.execution.id);
  return event.run;
};

test('scratch files go before the ledger is closed: nobody comes after it', async () => {
  const run = await died('done', true);
  const scratch = join(platform.scratch, run);
  await mkdir(scratch, { recursive: true });
  const { store } = platform;
  const write: typeof store.write = async (key, body) => {
    if (key === keys.ledger('shop', run))
      await expect(access(scratch)).rejects.toThrow('ENOENT');
    return store.write(key, body);
  };
  await recover({ ...platform, store: { ...store, write } }, 'shop', run);
  expect((await readLedger(platform, 'shop', run))?.outcome).toBe('published');
});

test.each<[string, Journal['state'], boolean, string, string]>([
  ['before its moves', 'prepared', false, 'failed', 'undone'],
  ['after its moves', 'prepared', true, 'published', 'done'],
  ['after its journal', 'done', true, 'published', 'done'],
])('died %s: %s', async (_, state, isMoved, outcome, closed) => {
  const run = await died(state, isMoved);
  await mkdir(join(platform.scratch, run), { recursive: true });
  for (const _time of ['once', 'again']) {
    await recover(platform, 'shop', run);
    const ledger = await readLedger(platform, 'shop', run);
    expect(ledger?.outcome).toBe(outcome);
    expect(ledger?.endedAt).toBeDefined();
    expect(ledger?.error?.name).toBe(
      outcome === 'failed' ? 'Killed' : undefined,
    );
    expect(await opsOf(run)).toMatchObject({ run_id: run, outcome });
    expect((await journalOf(run)).state).toBe(closed);
  }
  await expect(access(join(platform.scratch, run))).rejects.toThrow('ENOENT');
});

test('died before its publish: failed', async () => {
  const { run, execution } = await transformedRun(platform, plan, DAY);
  endExecution(execution.id);
  await recover(platform, 'shop', run);
  expect((await readLedger(platform, 'shop', run))?.outcome).toBe('failed');
});

test('what still runs keeps its ledger', async () => {
  const { run } = await transformedRun(platform, plan, DAY);
  await recover(platform, 'shop', run);
  expect((await readLedger(platform, 'shop', run))?.outcome).toBe('running');
});

test('a publish stays published when a later one came after it', async () => {
  const first = await died('done', true);
  await publishRun(platform, plan, { period: '2024-05-02' });
  await recover(platform, 'shop', first);
  expect((await readLedger(platform, 'shop', first))?.outcome).toBe(
    'published',
  );
});

test('of a period all dead runs are closed, of others none', async () => {
  const runs = [await died('prepared', false), await died('prepared', true)];
  const other = await transformedRun(platform, plan, { period: '2024-05-02' });
  endExecution(other.execution.id);
  await recoverPeriod(platform, 'shop', '2024-05-01');
  const outcomes = await Promise.all(
    [...runs, other.run].map(
      async (run) => (await readLedger(platform, 'shop', run))?.outcome,
    ),
  );
  expect(outcomes).toEqual(['failed', 'published', 'running']);
});

test.each([
  ['after its moves', 'rolled back', true, 'done'],
  ['before its moves', 'published', false, 'undone'],
])(
  'a rollback that died %s leaves a run %s',
  async (_, outcome, isMoved, closed) => {
    const run = await publishRun(platform, plan, DAY);
    const published = await platform.catalog.read('shop');
    const ledger = (await platform.store.read(keys.ledger('shop', run))) ?? '';
    const ops = (await platform.store.read(keys.opsRuns(run))) ?? '';
    const execution = await nextExecution();
    await rollback(platform)({ pipeline: 'shop', execution });
    await platform.store.write(keys.ledger('shop', run), ledger);
    await platform.store.write(keys.opsRuns(run), ops);
    const own = runId(execution);
    const journal = await journalOf(own);
    await writeJournal(platform, { ...journal, state: 'prepared' });
    if (!isMoved)
      await platform.catalog.replace(
        await platform.catalog.read('shop'),
        published,
      );
    await recoverPublishes(platform, 'shop');
    expect((await readLedger(platform, 'shop', run))?.outcome).toBe(outcome);
    expect((await opsOf(run)).outcome).toBe(outcome);
    expect((await journalOf(own)).state).toBe(closed);
  },
);
