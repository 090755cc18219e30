import type { Platform } from '../../platform/ports.ts';
import { readJournal, writeJournal } from '../shared/journal.ts';
import { keys } from '../shared/keys.ts';
import { readLedger } from '../shared/ledger.ts';
import { publishRun, transformedRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { publish } from './handler.ts';

const plan = shopPlan();
let lake: TestLake;
let platform: Platform;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  platform = lake.platform;
});
afterEach(() => lake.remove());

test('moves all tables in one version, and says so in the ledger', async () => {
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  expect(await publish(platform)(event)).toEqual({ kept: [] });
  const state = await platform.catalog.read('shop');
  expect(state).toMatchObject({ version: 1, run: event.run });
  expect(Object.keys(state.tables).sort()).toEqual([
    'customers',
    'orders',
    'prices',
  ]);
  const journal = await readJournal(platform, 'shop', event.run);
  expect(journal).toMatchObject({ state: 'done', version: 1 });
  const ledger = await readLedger(platform, 'shop', event.run);
  expect(ledger?.tables.map((t) => t.published)).toEqual([true, true, true]);
});

test('a table that is kept is not called published, when repeated too', async () => {
  await publishRun(platform, plan, { period: '2024-05-02' });
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  for (const _ of ['first', 'repeated']) {
    expect(await publish(platform)(event)).toEqual({ kept: ['prices'] });
    const ledger = await readLedger(platform, 'shop', event.run);
    expect(ledger?.tables.map((t) => [t.table, t.published])).toEqual([
      ['prices', false],
      ['customers', true],
      ['orders', true],
    ]);
  }
  expect((await platform.catalog.read('shop')).version).toBe(2);
});

test('repeated after its moves and before its journal, it moves nothing', async () => {
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  await publish(platform)(event);
  const journal = await readJournal(platform, 'shop', event.run);
  if (!journal) throw new Error('no journal');
  await writeJournal(platform, { ...journal, state: 'prepared' });
  expect(await publish(platform)(event)).toEqual({ kept: [] });
  expect((await platform.catalog.read('shop')).version).toBe(1);
  expect(await readJournal(platform, 'shop', event.run)).toEqual(journal);
});

test('a publish that failed after its moves is closed by the next one', async () => {
  const first = await transformedRun(platform, plan, { period: '2024-05-01' });
  await publish(platform)(first);
  const journal = await readJournal(platform, 'shop', first.run);
  if (!journal) throw new Error('no journal');
  await writeJournal(platform, { ...journal, state: 'prepared' });
  await publishRun(platform, plan, { period: '2024-05-02' });
  expect(await readJournal(platform, 'shop', first.run)).toEqual(journal);
});

test('an earlier period of a pipeline that reads changes is refused', async () => {
  const [source] = plan.sources;
  if (!source) throw new Error('no source');
  const changes = shopPlan({ sources: [{ ...source, scope: 'changes' }] });
  const early = await transformedRun(platform, changes, {
    period: '2024-05-01',
  });
  await publishRun(platform, changes, { period: '2024-05-02' });
  await expect(publish(platform)(early)).rejects.toThrow('would go back');
  expect((await platform.catalog.read('shop')).version).toBe(1);
});

test('gives its lease back, also after an error', async () => {
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  await platform.store.write(event.transformed.output, '{broken');
  await expect(publish(platform)(event)).rejects.toThrow('JSON');
  const stale = await transformedRun(platform, plan, {
    period: '2024-05-01',
    bases: { customers: 'r0' },
  });
  await expect(publish(platform)(stale)).rejects.toThrow('merged with');
  const lock = keys.publishLock('shop');
  const taken = await platform.locks.acquire(lock, {
    execution: 'another',
    run: 'r',
  });
  expect(taken).toHaveProperty('lease');
});
