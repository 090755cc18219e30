import type { CatalogState } from '../../core/catalog.ts';
import { LockedError, PublishError, UsageError } from '../../core/errors.ts';
import { endExecution } from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { publish } from '../publish/handler.ts';
import { keys } from '../shared/keys.ts';
import { readLedger } from '../shared/ledger.ts';
import { publishedRuns } from '../shared/publishedRuns.ts';
import {
  type FakeRun,
  nextExecution,
  publishRun,
  transformedRun,
} from '../testing/publishRun.ts';
import { planTable, shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { rollback } from './handler.ts';

const plan = shopPlan();
let lake: TestLake;
let platform: Platform;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  platform = lake.platform;
});
afterEach(() => lake.remove());

const run = (fake: FakeRun) => publishRun(platform, plan, fake);
const state = () => platform.catalog.read('shop');
const visible = ({ tables, watermarks }: CatalogState) => ({
  tables,
  watermarks,
});
const takeBack = async (of?: string) =>
  rollback(platform)({
    pipeline: 'shop',
    execution: await nextExecution(),
    ...(of !== undefined && { run: of }),
  });

test('the last run is taken back: tables and watermarks, in one version', async () => {
  await run({ period: '2024-05-01', watermarks: { source: '10' } });
  const before = await state();
  const last = await run({
    period: '2024-05-02',
    watermarks: { source: '20', other: '1' },
  });
  expect(await takeBack()).toEqual({
    run: last,
    tables: ['customers', 'orders', 'prices'],
  });
  const after = await state();
  expect(visible(after)).toEqual(visible(before));
  expect(after.version).toBe(3);
});

test('a first run taken back leaves no table', async () => {
  const first = await run({ period: '2024-05-01', watermarks: { s: '1' } });
  await takeBack(first);
  expect(visible(await state())).toEqual({ tables: {}, watermarks: {} });
});

test('again and again, down to the first', async () => {
  const runs: string[] = [];
  const states = [await state()];
  for (const period of ['2024-05-01', '2024-05-01', '2024-05-02']) {
    runs.push(await run({ period }));
    states.push(await state());
  }
  for (const expected of states.slice(0, -1).reverse()) {
    expect((await takeBack()).run).toBe(runs.pop());
    expect(visible(await state())).toEqual(visible(expected));
  }
  await expect(takeBack()).rejects.toThrow('nothing is published');
});

test('the ledger and ops say so', async () => {
  const last = await run({ period: '2024-05-01' });
  await takeBack();
  const ledger = await readLedger(platform, 'shop', last);
  expect(ledger?.outcome).toBe('rolled back');
  const row = JSON.parse((await platform.store.read(keys.opsRuns(last))) ?? '');
  expect(row).toMatchObject({ run_id: last, outcome: 'rolled back' });
  expect(await publishedRuns(platform, 'shop')).toEqual([]);
});

test('a run is not taken back twice', async () => {
  const first = await run({ period: '2024-05-01' });
  await takeBack(first);
  await expect(takeBack(first)).rejects.toThrow(UsageError);
  await expect(takeBack(first)).rejects.toThrow('already');
  await expect(takeBack('20240101T000000000Z-000000')).rejects.toThrow(
    'was not published',
  );
});

test('a run that a later one stands upon stays, and nothing moves', async () => {
  const first = await run({ period: '2024-05-01' });
  const later = await run({ period: '2024-05-02' });
  const before = await state();
  await expect(takeBack(first)).rejects.toThrow(PublishError);
  await expect(takeBack(first)).rejects.toThrow(later);
  expect(await state()).toEqual(before);
  await takeBack(later);
  await takeBack(first);
  expect((await state()).tables).toEqual({});
});

describe('runs that wrote other partitions', () => {
  const tables = ['orders'];
  const periods = async () =>
    (await state()).tables.orders?.partitions.map((p) => p.period);

  test('are independent', async () => {
    const first = await run({ period: '2024-05-01', tables });
    await run({ period: '2024-05-02', tables });
    await run({ period: '2024-05-03', tables });
    await takeBack(first);
    expect(await periods()).toEqual(['2024-05-02', '2024-05-03']);
    await run({ period: '2024-05-01', tables });
    expect(await periods()).toEqual(['2024-05-01', '2024-05-02', '2024-05-03']);
  });

  test('give back the partition that they replaced', async () => {
    const old = await run({ period: '2024-05-01', tables });
    const newer = await run({ period: '2024-05-01', tables });
    await run({ period: '2024-05-02', tables });
    await expect(takeBack(old)).rejects.toThrow(newer);
    await takeBack(newer);
    const { partitions = [] } = (await state()).tables.orders ?? {};
    expect(partitions.map((p) => p.run)[0]).toBe(old);
  });

  test('keep the columns that a later run added', async () => {
    await run({ period: '2024-05-01', tables });
    const second = await run({ period: '2024-05-02', tables });
    const { columns, ...orders } = planTable('orders', 'partition');
    const added = { name: 'added', type: 'int' } as const;
    const wider = { ...orders, columns: [added, ...columns] };
    await publishRun(platform, shopPlan({ tables: [wider] }), {
      period: '2024-05-03',
    });
    await takeBack(second);
    const names = (await state()).tables.orders?.columns.map((c) => c.name);
    expect(names).toEqual(['added', 'id', 'day']);
    await takeBack();
    const before = (await state()).tables.orders?.columns.map((c) => c.name);
    expect(before).toEqual(['id', 'day']);
  });
});

test('a table that a run left alone is left alone again', async () => {
  const newer = await run({ period: '2024-05-02' });
  await run({ period: '2024-05-01' });
  expect((await takeBack()).tables).toEqual(['customers', 'orders']);
  expect((await state()).tables.prices?.partitions[0]?.run).toBe(newer);
});

test('a run that is published and goes on is waited for', async () => {
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  await publish(platform)(event);
  await expect(takeBack()).rejects.toThrow(LockedError);
  expect((await state()).run).toBe(event.run);
  endExecution(event.execution.id);
  await takeBack();
  expect((await state()).tables).toEqual({});
  const ledger = await readLedger(platform, 'shop', event.run);
  expect(ledger?.outcome).toBe('rolled back');
  expect(ledger?.endedAt).toBeDefined();
});
