import { join } from 'node:path';
import { PIPELINES, testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const lake = () => ['--lake', join(folder(), 'lake')];
let ids: string[];

beforeAll(async () => {
  const small = ['--pipelines', PIPELINES, ...lake()];
  await tributary(['run', ...small]);
  await tributary(['run', ...small, '--date', '2024-05-01']);
  await tributary(['run', 'loans', ...lake()]);
  const { stdout } = await tributary(['runs', '--json', ...lake()]);
  ids = JSON.parse(stdout).map(({ run }: { run: string }) => run);
});

const show = (...args: string[]) =>
  tributary(['runs', 'show', ...args, ...lake()]);

test('lists the last runs, newest first', async () => {
  const { stdout } = await tributary(['runs', ...lake()]);
  const lines = stdout.trimEnd().split('\n').slice(2);
  expect(lines.map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
    [ids[0], 'loans', '2022-09-30', 'published'],
    [ids[1], 'amounts', '2024-05-01', 'unchanged'],
    [ids[2], 'amounts', '2024-05-31', 'published'],
  ]);
});

test('a run that changed nothing says so, everywhere', async () => {
  const { stdout } = await show(ids[1] ?? '');
  expect(stdout).toContain('amounts 2024-05-01: unchanged');
  expect(stdout).toMatch(/amounts +5 +\d+ +1 +kept: a newer snapshot/);
  const sql = `SELECT outcome FROM ops.runs WHERE run_id = '${ids[1]}'`;
  const rows = await tributary(['sql', sql, '--json', ...lake()]);
  expect(JSON.parse(rows.stdout)).toEqual([{ outcome: 'unchanged' }]);
});

test('shows steps, rows, tables, checks and quarantine of a run', async () => {
  const { code, stdout } = await show('latest', 'loans');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^loans 2022-09-30: published\n/);
  expect(stdout).toContain('  engine   duckdb: 11 kB landed: about');
  const [, ...sections] = stdout.split(/\n\n(?=[A-Z])/);
  expect(sections.map((section) => section.split(/[:\n]/)[0])).toEqual([
    'Steps',
    'Rows',
    'Tables',
    'Checks',
    'Cost, had it run on AWS',
    'Quarantine',
  ]);
  const steps = sections[0]?.split('\n').slice(3);
  expect(steps?.map((line) => line.trim().split(' ')[0])).toEqual([
    ...['plan', 'fetch', 'transform', 'publish', 'refresh'],
  ]);
  expect(sections[1]).toMatch(/loan +1 +\d+ +120 +118 +0 +0 +2 +adds up/);
  expect(sections[2]).toMatch(/loans +insert_date=2022-09-30 +118 +\d+ +1/);
  expect(sections[3]).toMatch(/loan +rows add up +fail +passed +0/);
  expect(sections[5]).toMatch(/loan +loan_amount: .* +1/);
});

test('for machines: the ledger, and steps that follow each other', async () => {
  const { stdout } = await show(ids[2] ?? '', '--json');
  const { run, outcome, steps, seconds } = JSON.parse(stdout);
  expect({ run, outcome }).toEqual({ run: ids[2], outcome: 'published' });
  expect(steps[1]).toMatchObject({ step: 'fetch', source: 'received' });
  const starts = steps.map((step: { startedAt: string }) => step.startedAt);
  expect(starts.toSorted()).toEqual(starts);
  for (const step of steps) expect(step.seconds).toBeLessThanOrEqual(seconds);
});

test('the beginning of an id is enough, where it is the only one', async () => {
  const { stdout } = await show(ids[1]?.slice(0, -2) ?? '');
  expect(stdout).toContain(`  run      ${ids[1]}\n`);
  const many = await show(ids[1]?.slice(0, 4) ?? '');
  expect(many.code).toBe(2);
  expect(many.stderr).toMatch(/3 runs begin with "\d+": .*-[0-9a-f]{6}, /);
  const one = await show(ids[1]?.slice(0, 4) ?? '', 'loans');
  expect(one.stdout).toContain(`  run      ${ids[0]}\n`);
});

test.each([
  [['nope'], 'no run begins with "nope"; the last one is 2'],
  [['latest', 'laons'], 'did you mean "loans"?'],
  [['latest', 'crime'], 'nothing ran yet'],
])('show %j is refused', async (args, message) => {
  const { code, stderr } = await show(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
