import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STEP_SIZES } from '../functions/shared/stepSizes.ts';
import { TRANSFORM_MB } from '../platform/aws/awsEngines.ts';
import { SPEEDS } from '../platform/engineSpeeds.ts';
import {
  enginesPage,
  figuresOf,
  type MeasuredEngines,
  overtakesAt,
  speedOf,
  withFigures,
} from '../scripts/enginesPage.ts';
import { ROOT } from './support/tsc.ts';

const read = (file: string) => readFileSync(join(ROOT, 'docs', file), 'utf8');
const measured = JSON.parse(read('engines.json')) as MeasuredEngines;

/** As Biome may have aligned its tables. */
const plain = (text: string) =>
  text.replace(/ *\| */g, '|').replace(/-{3,}/g, '---');

test('docs/engines.md has what "npm run engines" writes', () => {
  const figures = figuresOf(read('engines.md'));
  expect(plain(figures.trim())).toBe(plain(enginesPage(measured).trim()));
});

test.each(['duckdb', 'spark'] as const)(
  'the rule knows %s as it was measured',
  (engine) => {
    const { start, perMegabyte } = speedOf(measured, engine);
    const near = (value: number) => Number(value.toPrecision(2));
    expect(SPEEDS[engine]).toEqual({
      start: near(start),
      perMegabyte: near(perMegabyte),
    });
  },
);

test('the rule plans with the Lambda that is deployed', () => {
  expect(TRANSFORM_MB).toBe(STEP_SIZES.transform.memory);
});

// By hand: (30 - 12) s for 90 MB more; 12 s less 10 MB of 0.2 s.
test('a line through the smallest and the largest run', () => {
  const run = { engine: 'spark' as const, rows: 1, peakBytes: 0 };
  const runs = [
    { ...run, bytes: 100e6, cpuSeconds: 30 },
    { ...run, bytes: 50e6, cpuSeconds: 99 },
    { ...run, bytes: 10e6, cpuSeconds: 12 },
  ];
  const line = speedOf({ on: '', machine: '', runs }, 'spark');
  expect(line.perMegabyte).toBeCloseTo(0.2);
  expect(line.start).toBeCloseTo(10);
  expect(() => speedOf({ on: '', machine: '', runs }, 'duckdb')).toThrow(
    'two sizes of duckdb',
  );
});

test('the size from which on Spark is taken', () => {
  const speed = { bytesPerSecond: 1e6, dollarsPerHour: 1 };
  const own = { startSeconds: 0, maxBytes: 5e9 };
  const duckdb = { name: 'duckdb' as const, ...own, ...speed };
  const spark = { name: 'spark' as const, startSeconds: 100, ...speed };
  const near = (size: number) => size / 1e9;
  expect(near(overtakesAt([duckdb, spark]))).toBeCloseTo(5, 1);
  // As dear an hour, twice as quick: after 100 s it has made up for its start.
  const quick = { ...spark, bytesPerSecond: 2e6 };
  expect(near(overtakesAt([duckdb, quick]))).toBeCloseTo(0.2, 2);
});

test('the figures stand between their marks, whatever they are', () => {
  const page = 'a\n<!-- npm run engines -->\nold $1\n<!-- end -->\nb\n';
  const made = withFigures(page, 'new $&');
  expect(figuresOf(made)).toBe('\nnew $&');
  expect(withFigures(made, 'new $&')).toBe(made);
});
