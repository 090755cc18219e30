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

test('a run that fails is told, and --once ends as it did', async () => {
  const args = ['schedule', '--once', '--pipelines', DAILY, '--json'];
  const { code, stdout, stderr } = await tributary([...args, ...lake('bad')]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    pipeline: 'visits',
    outcome: 'not started',
  });
  expect(stderr).toContain('visits: UsageError: pipeline visits: 2024-01-05');
});

test.each([
  [['schedule', 'nope'], 'there is no pipeline "nope"'],
  [['schedule', '--live', '--replay', '.'], 'cannot be used with'],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await tributary([...args, ...lake('none')]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
