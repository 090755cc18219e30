import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DAILY,
  PIPELINES,
  startTributary,
  testFolder,
  tributary,
} from './testing/tributary.ts';

const folder = testFolder();
const lake = (name: string) => ['--lake', join(folder(), name)];

test('says when each pipeline starts next, and ends when it is told to', async () => {
  const args = ['schedule', 'loans', 'crime', ...lake('idle')];
  const scheduler = startTributary(args);
  scheduler.killWhen('America/Chicago', 'SIGINT');
  const { code, stdout, stderr } = await scheduler.ended;
  expect(stdout).toMatch(/^loans +cron\(0 5 \* \* \? \*\) +\S+ 05:00 UTC$/m);
  expect(stdout).toMatch(/^crime .* 06:00 America\/Chicago$/m);
  expect(stderr).toContain('Stopping: ');
  expect(code).toBe(0);
});

test('--once catches up a pipeline with a start date, and is done', async () => {
  const args = ['schedule', '--once', '--pipelines', PIPELINES];
  const first = await tributary([...args, ...lake('once')]);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(/Z amounts 2024-05-31: published 1 table, 5/);
  const second = await tributary([...args, ...lake('once')]);
  expect(second.stdout).not.toContain('published');
});

test('--once runs the last start of a pipeline that has never run', async () => {
  const args = ['schedule', 'loans', '--once', ...lake('never')];
  const first = await tributary(args);
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/Z loans \S+: published 2 tables/);
  const second = await tributary(args);
  expect(second.stdout).not.toContain('published');
});

/** What was told, line by line, in the lake of that name. */
const toldIn = async (name: string) => {
  const file = join(folder(), name, 'notifications', 'told.ndjson');
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
};

test('a run that never began is said, lateness told once, and --once ends as it did', async () => {
  const args = ['schedule', '--once', '--pipelines', DAILY, '--json'];
  const { code, stdout, stderr } = await tributary([...args, ...lake('bad')]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    pipeline: 'visits',
    outcome: 'not started',
  });
  expect(stderr).toContain('visits: UsageError: pipeline visits: 2024-01-05');
  const late = /^\S+Z freshness-missed: visits: the start of .*: nothing$/m;
  expect(stderr).toMatch(late);
  expect((await tributary([...args, ...lake('bad')])).stderr).not.toMatch(late);
  expect(await toldIn('bad')).toEqual([
    expect.objectContaining({ kind: 'freshness-missed', pipeline: 'visits' }),
  ]);
});

test('each end of a run is told: in the lake, and a failure in a line as well', async () => {
  const replay = join(folder(), 'recorded');
  await mkdir(join(replay, 'amounts'), { recursive: true });
  const csv = join(replay, 'amounts', 'amounts.csv');
  const args = ['schedule', '--once', '--pipelines', PIPELINES];
  const look = (name: string) =>
    tributary([...args, '--replay', replay, ...lake(name)]);
  const pinned = '{"date": "2024-05-30"}';
  await writeFile(join(replay, 'amounts', 'recording.json'), pinned);
  await writeFile(csv, 'id,amount,note\n');
  const failed = await look('failed');
  expect(failed.code).toBe(1);
  const lines = failed.stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^\S+Z failed: amounts, period 2024-05-30: failed; CheckError: .*; run \S+, by duckdb, /,
  );
  expect(await toldIn('failed')).toMatchObject([
    { kind: 'failed', pipeline: 'amounts' },
  ]);
  await writeFile(csv, 'id,amount,note\n1,2.5,x\n');
  expect(await look('well')).toMatchObject({ code: 0, stderr: '' });
  expect(await toldIn('well')).toMatchObject([
    { kind: 'published', text: expect.stringContaining('amounts: 1 rows') },
  ]);
});

test.each([
  [['schedule', 'nope'], 'there is no pipeline "nope"'],
  [['schedule', '--live', '--replay', '.'], 'cannot be used with'],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await tributary([...args, ...lake('none')]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
