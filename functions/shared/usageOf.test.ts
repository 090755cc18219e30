import type { Ledger } from './ledger.ts';
import { type Measured, usageOf } from './usageOf.ts';

const step = (name: string, seconds: number, memory?: number) => ({
  step: name,
  startedAt: '2024-05-01T00:00:00.000Z',
  seconds,
  ...(memory !== undefined && { memory }),
});
const source = (files: number, bytes: number): Ledger['sources'][number] => ({
  source: 'orders',
  files,
  bytes,
  landed: 0,
  used: 0,
  dropped: 0,
  duplicates: 0,
  quarantined: 0,
  reasons: {},
});
const RUN: Measured = {
  engine: { name: 'duckdb', reason: 'asked for' },
  outcome: 'published',
  steps: [
    step('plan', 0.5),
    step('fetch', 3),
    step('fetch', 4),
    step('transform', 20),
    step('publish', 1),
    step('refresh', 0.25),
  ],
  sources: [source(2, 1000), source(1, 500)],
  tables: [{ table: 'orders', rows: 1, bytes: 300, values: {}, files: 4 }],
  checks: [],
} as Measured;
const spark = { name: 'spark', reason: 'asked for' };
const failedStep = { ...step('transform', 7), failed: true as const };

test('each step is a Lambda of its size; what has no step counts 5 s', () => {
  expect(usageOf(RUN, 'arm64').lambdas).toEqual(
    [
      { memory: 512, seconds: 0.5 },
      { memory: 1769, disk: 10_240, seconds: 3 },
      { memory: 1769, disk: 10_240, seconds: 4 },
      { memory: 3008, disk: 10_240, seconds: 20 },
      { memory: 1024, seconds: 1 },
      { memory: 512, seconds: 0.25 },
      { memory: 512, seconds: 5 },
    ].map((use) => ({ ...use, architecture: 'arm64' })),
  );
});

test('a step that knows its memory counts with that', () => {
  const steps = [step('transform', 2, 8192)];
  expect(usageOf({ ...RUN, steps }, 'x86_64').lambdas[0]).toEqual({
    memory: 8192,
    disk: 10_240,
    seconds: 2,
    architecture: 'x86_64',
  });
});

// Counted by hand along resources/pipeline.asl.json, with one for the start.
test.each<[string, Partial<Measured>, number]>([
  // start, Plan, Fetch, FetchWave, 2 FetchSource, JoinWaves, ChooseEngine,
  // Transform, Publish, Refresh
  ['DuckDB', {}, 11],
  // …, WeighEngines, ChooseEngine
  ['by what lands', { engine: { name: 'duckdb', reason: '9 MB landed' } }, 13],
  // StartJob and FinishJob in place of Transform
  ['Spark', { engine: spark }, 12],
  // start, Plan, Fetch, FetchWave, 2 FetchSource, JoinWaves, ChooseEngine,
  // Transform, RecordFailure, Failed
  [
    'a transform that failed',
    { outcome: 'failed', steps: [...RUN.steps.slice(0, 3), failedStep] },
    11,
  ],
])('the transitions of a run: %s', (_, changes, transitions) => {
  expect(usageOf({ ...RUN, ...changes }, 'arm64').transitions).toBe(
    transitions,
  );
});

test.each<[string, Partial<Measured>, number]>([
  ['none by DuckDB', {}, 0],
  ['two workers for the least that Glue counts', { engine: spark }, 120],
  [
    'two workers for as long as the step took',
    { engine: spark, steps: [step('transform', 100)] },
    200,
  ],
  ['what Glue counted', { engine: spark, dpuSeconds: 777 }, 777],
])('DPU-seconds: %s', (_, changes, dpuSeconds) => {
  expect(usageOf({ ...RUN, ...changes }, 'arm64').dpuSeconds).toBe(dpuSeconds);
});

test('the job of Spark is no Lambda', () => {
  const { lambdas } = usageOf({ ...RUN, engine: spark }, 'arm64');
  expect(lambdas.map(({ memory }) => memory)).not.toContain(3008);
  expect(lambdas).toHaveLength(8);
});

test('objects: the files, the manifests, and the bookkeeping', () => {
  const none = usageOf({ ...RUN, sources: [], tables: [] }, 'arm64');
  const { puts, gets, storedBytes } = usageOf(RUN, 'arm64');
  // 3 landed files, 2 manifests, 4 made files
  expect(puts - none.puts).toBe(9);
  expect(gets - none.gets).toBe(9);
  expect(storedBytes).toBe(1800);
});

test('a query for all tables that are published; none of a run that failed', () => {
  const tables = [...RUN.tables, ...RUN.tables];
  expect(usageOf({ ...RUN, tables }, 'arm64').scans).toEqual([0]);
  expect(usageOf({ ...RUN, scans: [5, 6] }, 'arm64').scans).toEqual([5, 6]);
  const steps = RUN.steps.slice(0, 4);
  expect(usageOf({ ...RUN, steps }, 'arm64').scans).toEqual([]);
});
