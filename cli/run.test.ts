import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keys } from '../functions/shared/keys.ts';
import type { Ledger } from '../functions/shared/ledger.ts';
import { newExecution } from '../platform/local/localExecutions.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import { ROOT } from './context.ts';
import { PIPELINES, testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const small = ['--pipelines', PIPELINES];

const runsOf = (stdout: string): Ledger[] => JSON.parse(stdout).runs;

test('all pipelines run on their samples; what landed adds up', async () => {
  const args = ['run', '--json', '--lake', join(folder(), 'samples')];
  const { code, stdout, stderr } = await tributary(args);
  const runs = runsOf(stdout);
  const folders = await readdir(join(ROOT, 'pipelines'), {
    withFileTypes: true,
  });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(runs.map(({ pipeline }) => pipeline)).toEqual(
    folders.flatMap((f) => (f.isDirectory() ? [f.name] : [])).sort(),
  );
  expect(runs.filter(({ outcome }) => outcome !== 'published')).toEqual([]);
  const sources = runs.flatMap((run) => run.sources);
  expect(sources.length).toBeGreaterThan(10);
  for (const s of sources)
    expect({ ...s, landed: s.landed }).toMatchObject({
      landed: s.used + s.dropped + s.duplicates + s.quarantined,
    });
});

test('a person gets a line, the rows, and where the lake is: here', async () => {
  const here = join(folder(), 'here');
  await mkdir(here);
  const { code, stdout, stderr } = await tributary(['run', ...small], here);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.split('\n').map((line) => line.trimEnd());
  expect(lines[0]).toMatch(
    /^amounts 2024-05-31: published 1 table, 5 rows in \d+\.\d\d s \(run \S+\)$/,
  );
  expect(lines.slice(1, 8)).toEqual([
    '  source    landed  used  dropped  duplicates  quarantined',
    '  --------  ------  ----  -------  ----------  -----------',
    '  received       5     5        0           0            0',
    '',
    '  table            rows  bytes',
    '  ---------------  ----  -----',
    expect.stringMatching(/^ {2}amounts\.amounts {5}5 +\d+$/),
  ]);
  expect(await readdir(here)).toEqual(['.tributary']);
});

test('a run that fails ends with 1, and what was published stays', async () => {
  const replay = join(folder(), 'replay');
  const lake = ['--lake', join(folder(), 'failed')];
  await mkdir(join(replay, 'amounts'), { recursive: true });
  await writeFile(join(replay, 'amounts/amounts.csv'), 'id,amount,note\n');
  await tributary(['run', ...small, ...lake]);
  const { stdout: before } = await tributary(['tables', ...lake]);
  const later = ['--replay', replay, '--date', '2024-06-30'];
  const args = ['run', '--json', ...later, ...small, ...lake];
  const { code, stdout, stderr } = await tributary(args);
  expect(code).toBe(1);
  expect(runsOf(stdout)).toMatchObject([
    {
      pipeline: 'amounts',
      period: '2024-06-30',
      outcome: 'failed',
      error: { name: 'CheckError' },
    },
  ]);
  expect(stderr).toMatch(
    /^amounts: CheckError: pipeline amounts, table amounts: .*"row count"/,
  );
  const { stdout: after } = await tributary(['tables', ...lake]);
  const published = /^amounts\.amounts .*$/m;
  expect(published.exec(before)?.[0]).toContain(' 2024-05-31 ');
  expect(published.exec(after)?.[0]).toBe(published.exec(before)?.[0]);
});

test('a little memory is enough, and no more is taken', async () => {
  const args = ['run', ...small, '--lake', join(folder(), 'little')];
  const little = await tributary([...args, '--memory', '200MB']);
  expect(little.code).toBe(0);
  const none = await tributary([...args, '--memory', '1KB']);
  expect(none.stderr).toContain('raise --memory');
  expect(none.code).toBe(1);
});

test('a period that another execution works on is left to it', async () => {
  const lake = join(folder(), 'busy');
  const { locks } = localPlatform({ lake, pipelines: PIPELINES });
  const holder = { execution: await newExecution(), run: 'the-other-run' };
  await locks.acquire(keys.runLock('amounts', '2024-05-31'), holder);
  const { code, stderr } = await tributary(['run', ...small, '--lake', lake]);
  expect(stderr).toContain(
    'LockedError: pipeline amounts: run the-other-run works on 2024-05-31',
  );
  expect(code).toBe(3);
});
