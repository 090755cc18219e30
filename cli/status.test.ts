import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './context.ts';
import {
  DAILY,
  PIPELINES,
  testFolder,
  tributary,
} from './testing/tributary.ts';

const folder = testFolder();
const daily = (lake: string) => [
  ...['--pipelines', DAILY, '--lake', join(folder(), lake)],
];

/** The input of the pipeline of five days, changed. */
const changed = async (name: string, change: (sample: string) => unknown) => {
  const replay = join(folder(), name);
  await cp(join(DAILY, 'visits', 'sample'), join(replay, 'visits'), {
    recursive: true,
  });
  await change(join(replay, 'visits'));
  return replay;
};

test('run --catch-up runs what is missing since the start date, in order', async () => {
  const replay = await changed('hole', (sample) =>
    rm(join(sample, 'visits-2024-01-03.csv')),
  );
  const input = ['--replay', replay];
  const args = ['run', '--catch-up', ...input, ...daily('caught')];
  const first = await tributary(args);
  expect(first.code).toBe(1);
  expect(first.stdout.replace(/ in .*/g, '').split('\n')).toEqual([
    'visits 2024-01-01: published 1 table, 4 rows',
    'visits 2024-01-02: published 1 table, 4 rows',
    'visits 2024-01-03: failed',
    'visits 2024-01-04: not started: it follows 2024-01-03, which failed',
    'visits 2024-01-05: not started: it follows 2024-01-03, which failed',
    '',
  ]);
  const later = ['run', 'visits', '--date', '2024-01-04', ...input];
  const refused = await tributary([...later, ...daily('caught')]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('depends on 2024-01-03, which failed');
  const third = join(replay, 'visits/visits-2024-01-03.csv');
  await writeFile(third, 'page,hits\n/,3\n');
  const second = await tributary(args);
  expect(second.code).toBe(0);
  expect(second.stdout.match(/published/g)).toHaveLength(3);
  expect((await tributary(args)).stdout).toBe(
    'visits: nothing is missing since 2024-01-01\n',
  );
});

test('run --catch-up of a pipeline without a start date is refused', async () => {
  const lake = join(folder(), 'endless');
  const args = ['run', 'loans', '--catch-up', '--lake', lake];
  const { code, stderr } = await tributary(args);
  expect(code).toBe(2);
  expect(stderr).toContain('tributary backfill loans --from');
});

test('status ends with 1 until the rows are there', async () => {
  const before = await tributary(['status', ...daily('fresh')]);
  expect(before.code).toBe(1);
  expect(before.stdout).toMatch(
    /^visits +late +1 h +\d{4}-\d\d-\d\d 06:00 UTC$/m,
  );
  expect(before.stdout).toMatch(/^visits: late: nothing is published since /m);
  await tributary(['run', '--catch-up', ...daily('fresh')]);
  const after = await tributary(['status', 'visits', ...daily('fresh')]);
  expect(after.code).toBe(0);
  expect(after.stdout).toMatch(
    /^visits +ok +published 2024-01-05 +\d.* s ago +1 h +4 \(usually 4\) +/m,
  );
});

test('status warns of lost rows, and tells of a failed run', async () => {
  const replay = await changed('less', async (sample) => {
    const [fourth, fifth] = [4, 5].map((n) =>
      join(sample, `visits-2024-01-0${n}.csv`),
    );
    await writeFile(fifth ?? '', 'page,hits\n/,5\n');
    await appendFile(fourth ?? '', '/more,4\n');
  });
  const more = ['--replay', replay, ...daily('less')];
  await tributary(['run', '--catch-up', ...more]);
  const { code, stdout } = await tributary(['status', ...daily('less')]);
  expect(code).toBe(0);
  expect(stdout).toContain(
    'visits: warning: visits has 1 rows, usually 4 (4 runs before): ' +
      'a drop beyond 0.5',
  );
  await writeFile(join(replay, 'visits/visits-2024-01-05.csv'), '');
  await tributary(['run', 'visits', '--date', '2024-01-05', ...more]);
  const failed = await tributary(['status', '--json', ...daily('less')]);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject([
    { state: 'failed', last: { outcome: 'failed', period: '2024-01-05' } },
  ]);
});

test('a definition that is wrong does not hide the others', async () => {
  const pipelines = join(folder(), 'pipelines');
  await cp(DAILY, pipelines, { recursive: true });
  await cp(join(PIPELINES, 'amounts'), join(pipelines, 'amounts'), {
    recursive: true,
  });
  for (const name of ['visits', 'amounts']) {
    const file = join(pipelines, name, 'pipeline.ts');
    const text = (await readFile(file, 'utf8'))
      .replace('../../../../core', join(ROOT, 'core'))
      .replace('rate(1 day)', 'rate(1 fortnight)');
    await writeFile(file, text);
  }
  const args = ['status', '--pipelines', pipelines];
  const lake = ['--lake', join(folder(), 'broken')];
  const { code, stdout } = await tributary([...args, ...lake]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^amounts +broken/m);
  expect(stdout).toContain('schedule "rate(1 fortnight)"');
  expect(stdout).toMatch(/^visits +late/m);
});
