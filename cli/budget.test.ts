import { join } from 'node:path';
import { writeRecording } from '../scripts/record.ts';
import { testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const lake = () => join(folder(), 'lake');
const input = () => ['--replay', join(folder(), 'in'), '--lake', lake()];
const range = ['--from', '2022-09-01', '--to', '2022-09-06'];

beforeAll(
  () =>
    writeRecording('loans', join(folder(), 'in'), {
      seed: 7,
      from: '2022-09-01',
      periods: 6,
    }),
  60_000,
);

const json = async (...args: string[]) => {
  const given = args[0] === 'runs' ? ['--lake', lake()] : input();
  const { stdout } = await tributary([...args, ...given, '--json']);
  return JSON.parse(stdout);
};

test('a backfill stops before its budget would be exceeded, and goes on with more', async () => {
  await tributary(['run', 'loans', '--date', '2022-09-01', ...input()]);
  const quoted = await json('quote', 'loans', ...range);
  expect(quoted).toMatchObject({ runs: 1, toRun: 5, periods: 6 });
  const budget = 2.5 * quoted.dollarsPerRun;
  const args = ['backfill', 'loans', ...range, ...input()];
  const short = await tributary([...args, '--budget', budget.toFixed(9)]);
  expect(short.code).toBe(1);
  expect(short.stdout).toMatch(/loans: [12] of 6 periods to run/);
  const runs = await json('runs', 'loans');
  const spent = runs
    .filter(({ period }: { period: string }) => period !== '2022-09-01')
    .reduce(
      (sum: number, run: { cost: { dollars: number } }) =>
        sum + run.cost.dollars,
      0,
    );
  expect(runs.length).toBeGreaterThan(1);
  expect(spent).toBeLessThanOrEqual(budget * 1.1);
  const rest = await tributary([...args, '--budget', '1']);
  expect(rest.code).toBe(0);
  expect((await json('quote', 'loans', ...range)).toRun).toBe(0);
}, 120_000);

test('each run says what it would have cost on AWS, and ops.runs the same', async () => {
  const [last] = await json('runs', 'loans');
  expect(last.cost).toMatchObject({ isEstimate: true });
  const details = await tributary([
    'runs',
    'show',
    last.run,
    ...input().slice(2),
  ]);
  expect(details.stdout).toContain('Cost, had it run on AWS');
  const { stdout } = await tributary([
    ...['sql', `SELECT dollars FROM ops.runs WHERE run_id = '${last.run}'`],
    ...['--format', 'csv', ...input().slice(2)],
  ]);
  expect(Number(stdout.trim().split('\n')[1])).toBeCloseTo(
    last.cost.dollars,
    12,
  );
}, 60_000);

test.each(['0', '-1', 'much', '1e9'])(
  '%s is no budget',
  async (budget) => {
    const args = ['backfill', 'loans', '--budget', budget, ...input()];
    expect((await tributary(args)).code).toBe(2);
  },
  30_000,
);
