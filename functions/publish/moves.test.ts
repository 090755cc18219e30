import type { CatalogState, Snapshot } from '../../core/catalog.ts';
import { StaleBaseError } from '../../core/errors.ts';
import { applySide } from '../shared/journal.ts';
import type { RunOutput } from '../shared/runOutput.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { movesOf } from './moves.ts';

const plan = shopPlan();
const EMPTY: CatalogState = {
  database: 'shop',
  version: 0,
  run: '',
  tables: {},
  watermarks: {},
};

const output = (
  period: string,
  bases: Readonly<Record<string, string>> = {},
  watermarks: Readonly<Record<string, string>> = {},
): RunOutput => ({
  tables: plan.tables.map(({ name, mode }) => ({
    table: name,
    rows: 1,
    bytes: 100,
    values: mode === 'partition' ? { day: period } : {},
    location: `tables/shop/${name}/of ${period}/`,
    files: ['part-0.parquet'],
  })),
  bases,
  watermarks,
});

const publish = (
  state: CatalogState,
  run: string,
  period: string,
  made: RunOutput,
) => {
  const moves = movesOf(plan, state, made, { run, period });
  return { moves, state: applySide(state, moves.after, run) };
};

const runsOf = ({ tables }: CatalogState) =>
  Object.fromEntries(
    Object.entries(tables).map(([name, { partitions }]) => [
      name,
      partitions.map(({ run, period }: Snapshot) => `${period} ${run}`),
    ]),
  );

const first = publish(EMPTY, 'r1', '2024-05-02', output('2024-05-02'));

test('a first run makes all tables; before it there was none', () => {
  expect(runsOf(first.state)).toEqual({
    prices: ['2024-05-02 r1'],
    customers: ['2024-05-02 r1'],
    orders: ['2024-05-02 r1'],
  });
  expect(first.moves.before.tables).toEqual({
    prices: null,
    customers: null,
    orders: null,
  });
  expect(first.state.tables.orders).toMatchObject({
    mode: 'partition',
    partitionBy: ['day'],
    columns: [
      { name: 'id', type: 'int' },
      { name: 'day', type: 'date' },
    ],
  });
});

test.each([
  {
    name: 'a later period replaces, merges, and adds its partition',
    period: '2024-05-03',
    kept: [],
    runs: {
      prices: ['2024-05-03 r2'],
      customers: ['2024-05-03 r2'],
      orders: ['2024-05-02 r1', '2024-05-03 r2'],
    },
  },
  {
    name: 'the same period again replaces its own partition',
    period: '2024-05-02',
    kept: [],
    runs: {
      prices: ['2024-05-02 r2'],
      customers: ['2024-05-02 r2'],
      orders: ['2024-05-02 r2'],
    },
  },
  {
    name: 'an earlier period leaves a newer snapshot of a replace table',
    period: '2024-05-01',
    kept: ['prices'],
    runs: {
      prices: ['2024-05-02 r1'],
      customers: ['2024-05-01 r2'],
      orders: ['2024-05-01 r2', '2024-05-02 r1'],
    },
  },
])('$name', ({ period, kept, runs }) => {
  const made = output(period, { customers: 'r1' });
  const { moves, state } = publish(first.state, 'r2', period, made);
  expect(moves.kept).toEqual(kept);
  expect(Object.keys(moves.after.tables)).not.toEqual(
    expect.arrayContaining(kept.length ? kept : ['none']),
  );
  expect(runsOf(state)).toEqual(runs);
});

test.each([
  ['was merged with an older snapshot', { customers: 'r0' }],
  ['was merged with none', {}],
])('a merge that %s is stale', (_, bases) => {
  const made = output('2024-05-03', bases);
  expect(() => publish(first.state, 'r2', '2024-05-03', made)).toThrow(
    StaleBaseError,
  );
});

test('a merge whose base was rolled back is stale', () => {
  const made = output('2024-05-03', { customers: 'r1' });
  expect(() => publish(EMPTY, 'r2', '2024-05-03', made)).toThrow(
    StaleBaseError,
  );
});

test('watermarks move with the run; those of other sources stay', () => {
  const state = { ...first.state, watermarks: { a: '1', b: '1' } };
  const made = output('2024-05-03', { customers: 'r1' }, { b: '2' });
  const { moves, state: after } = publish(state, 'r2', '2024-05-03', made);
  expect(moves.before.watermarks).toEqual({ a: '1', b: '1' });
  expect(after.watermarks).toEqual({ a: '1', b: '2' });
});
