import type { FetchResult } from './events.ts';
import type { LedgerStep } from './ledger.ts';
import { withFailedStep, withFetches } from './steps.ts';

const at = (seconds: number) =>
  new Date(Date.UTC(2024, 0, 1, 0, 0, seconds)).toISOString();
const step = (name: string, from: number, seconds: number): LedgerStep => ({
  step: name,
  startedAt: at(from),
  seconds,
});
const landed = (
  source: string,
  from: number,
  seconds: number,
): FetchResult => ({
  source,
  manifest: '',
  files: 1,
  bytes: 1,
  records: 1,
  startedAt: at(from),
  seconds,
});

const plan = step('plan', 0, 1);
const fetches = [landed('a', 1, 4), landed('b', 1, 2)];
const fetched = withFetches([plan], fetches);

test('fetches follow the plan, each with its source', () => {
  expect(fetched).toEqual([
    plan,
    { ...step('fetch', 1, 4), source: 'a' },
    { ...step('fetch', 1, 2), source: 'b' },
  ]);
});

test('a transform that is repeated does not repeat the fetches', () => {
  const repeated = [...fetched, step('transform', 5, 1)];
  expect(withFetches(repeated, fetches)).toEqual(repeated);
});

test.each<[string, readonly LedgerStep[], number]>([
  ['fetch', [plan], 1],
  ['transform', fetched, 5],
  ['publish', [...fetched, step('transform', 5, 2)], 7],
  ['refresh', [...fetched, step('publish', 7, 1)], 8],
])('the step that failed is %s, from the end of those before', (...of) => {
  const [name, steps, from] = of;
  const clock = { now: () => new Date(at(10)) };
  expect(withFailedStep({ clock }, steps)).toEqual([
    ...steps,
    { ...step(name, from, 10 - from), failed: true },
  ]);
});
