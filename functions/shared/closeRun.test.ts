import type { Store } from '../../platform/ports.ts';
import { closeRun } from './closeRun.ts';
import { keys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { OPS_COLUMNS } from './ops.ts';

const RUN = '20240501T060000000Z-abcdef';
const check = { relation: 'orders', severity: 'fail' } as const;
const ledger: Ledger = {
  run: RUN,
  pipeline: 'shop',
  date: '2024-05-01',
  period: '2024-05-01',
  outcome: 'running',
  execution: 'local:1:2:3',
  startedAt: '2024-05-02T06:00:00.000Z',
  replay: 'sample',
  engine: { name: 'duckdb', reason: 'a test' },
  steps: [],
  sources: ['a', 'b'].map((source) => ({
    source,
    files: 1,
    bytes: 100,
    landed: 10,
    used: 5,
    dropped: 2,
    duplicates: 2,
    quarantined: 1,
    reasons: {},
  })),
  tables: ['t', 'u'].map((table) => ({ table, rows: 4, bytes: 7, values: {} })),
  checks: [
    { ...check, check: 'good', passed: true, badRows: 0 },
    { ...check, check: 'bad', passed: false, badRows: 3, detail: 'id=1' },
  ],
};

/** A store that notes the order of what is written. */
const noting = () => {
  const bodies = new Map([[keys.ledger('shop', RUN), JSON.stringify(ledger)]]);
  const written: string[] = [];
  const store = {
    read: async (key: string) => bodies.get(key),
    write: async (key: string, body: string) => {
      bodies.set(key, body);
      written.push(key);
    },
  } as unknown as Store;
  const rows = (key: string) =>
    (bodies.get(key) ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return { store, written, rows };
};

const close = (store: Store) =>
  closeRun({ store }, ledger, () => ({
    outcome: 'failed',
    endedAt: '2024-05-02T06:00:02.000Z',
    seconds: 2,
    error: { name: 'CheckError', message: 'bad rows' },
  }));

test('a run is one row of ops.runs, its checks are rows of ops.checks', async () => {
  const { store, rows } = noting();
  await close(store);
  expect(rows(keys.opsRuns(RUN))).toEqual([
    {
      run_id: RUN,
      pipeline: 'shop',
      logical_date: '2024-05-01',
      period: '2024-05-01',
      outcome: 'failed',
      engine: 'duckdb',
      engine_reason: 'a test',
      started_at: '2024-05-02T06:00:00.000Z',
      ended_at: '2024-05-02T06:00:02.000Z',
      seconds: 2,
      landed_bytes: 200,
      landed_records: 20,
      used_records: 10,
      dropped_records: 4,
      duplicate_records: 4,
      quarantined_records: 2,
      table_rows: 8,
      table_bytes: 14,
      failed_checks: 1,
      error: 'bad rows',
      // 5 GB-seconds 0.000066667, 2 requests 0.0000004, 3 transitions 0.000075,
      // 36 writes 0.00018, 46 reads 0.0000184, 214 bytes, a start 0.000001
      dollars: 0.000341472,
    },
  ]);
  expect(rows(keys.opsChecks(RUN)).map((row) => row.check_name)).toEqual([
    'good',
    'bad',
  ]);
});

test('its rows have the columns that are declared, in their order', async () => {
  const { store, rows } = noting();
  await close(store);
  const names = (of: keyof typeof OPS_COLUMNS) =>
    OPS_COLUMNS[of].map(({ name }) => name);
  expect(Object.keys(rows(keys.opsRuns(RUN))[0])).toEqual(names('runs'));
  expect(Object.keys(rows(keys.opsChecks(RUN))[0])).toEqual(names('checks'));
});

test('the ledger is closed last', async () => {
  const { store, written } = noting();
  expect((await close(store))?.outcome).toBe('failed');
  expect(written.at(-1)).toBe(keys.ledger('shop', RUN));
  expect(written).toHaveLength(3);
});

test('a run without a ledger is not closed', async () => {
  const { store, written } = noting();
  const run = 'another';
  expect(
    await closeRun({ store }, { pipeline: 'shop', run }, () => ({})),
  ).toBeUndefined();
  expect(written).toEqual([]);
});
