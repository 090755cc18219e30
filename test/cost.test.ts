import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costPage, type MeasuredMonth } from '../scripts/costPage.ts';
import { ROOT } from './support/tsc.ts';

const read = (file: string) => readFileSync(join(ROOT, 'docs', file), 'utf8');
const month = JSON.parse(read('cost.json')) as MeasuredMonth;

/** As Biome may have aligned its tables. */
const plain = (text: string) =>
  text.replace(/ *\| */g, '|').replace(/-{3,}/g, '---');

test('docs/cost.md is what "npm run cost" writes', () => {
  expect(plain(read('cost.md'))).toBe(plain(costPage(month)));
});

test('another measure makes another page', () => {
  const [first, ...others] = month.runs;
  if (!first) throw new Error('nothing was measured');
  const dearer = { ...first, perMonth: first.perMonth + 1 };
  const page = costPage({ ...month, runs: [dearer, ...others] });
  expect(plain(page)).not.toBe(plain(read('cost.md')));
});

// By hand: 730 × 0.49 + 10 × 0.10 + 63 × 0.5 × 3 × 0.24 + 730 × 0.543 + 0.024
test('the sum of what it stands in for', () => {
  expect(costPage(month)).toContain('**$777.79**');
  const runs = month.runs.reduce((sum, { perMonth }) => sum + perMonth, 0);
  expect(runs).toBe(63);
});

// By hand: 390 × (0.04048 + 2 × 0.004445) + 730 × (0.0225 + 0.0008 + 3 × 0.005
// + 0.045 + 0.016) + 20 × (0.045 + 0.115) + 3 × 0.4 + 5 × 0.1, and 340 hours more
test('the sum of Metabase, asleep at night and always on', () => {
  const page = costPage(month);
  expect(page).toContain('**$96.64**');
  expect(page).toContain('Always on it is $113.43.');
});

// By hand: 730 × (0.016 + 0.045 + 0.005) + 20 × 0.115 + 5 × 0.045
test('the sum of MySQL on RDS', () => {
  expect(costPage(month)).toContain('**$50.71**');
});
