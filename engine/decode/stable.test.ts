import { testBench } from '../testing/bench.ts';
import { areStable } from './stable.ts';

const bench = testBench();

test.each<[string, boolean]>([
  ["mode = 'air' AND (age IS NULL OR age >= 0)", true],
  [
    "CAST(arrived AS DATE) BETWEEN DATE '2020-01-01' AND DATE '2020-02-01'",
    true,
  ],
  ["(trim(lower(MODE)) IN ('a', 'b')) IS NOT TRUE", true],
  ["regexp_matches(mode, '^a') AND age + 1 > 2", true],
  ['random() < 0.5', false],
  ["mode = 'air' AND arrived <= now()", false],
  ['arrived <= current_date', false],
  ['arrived <= CURRENT_TIMESTAMP', false],
  ['age > (SELECT 1)', false],
  ['uuid() IS NULL', false],
  ['age >', false],
])('%s: %s', async (condition, expected) => {
  const { db } = await bench();
  const columns = ['mode', 'age', 'arrived'];
  expect(await areStable(db, ['age = 1', condition], columns)).toBe(expected);
});

test('where nothing is asked', async () => {
  const { db } = await bench();
  expect(await areStable(db, [], [])).toBe(true);
});
