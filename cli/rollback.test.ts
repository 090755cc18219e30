import { join } from 'node:path';
import { PIPELINES, testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const here = (...args: string[]) =>
  tributary([...args, '--pipelines', PIPELINES, '--lake', join(folder(), 'a')]);

const runOn = async (date: string): Promise<string> => {
  const { stdout } = await here('run', '--date', date, '--json');
  return JSON.parse(stdout).runs[0].run;
};

const periods = async () => {
  const { stdout } = await here('tables', '--json');
  return JSON.parse(stdout)
    .filter(({ table }: { table: string }) => table === 'amounts.amounts')
    .map(({ period }: { period: string }) => period);
};

test('nothing ran, and nothing can be taken back', async () => {
  expect((await here('runs')).stdout).toMatch(/^Nothing ran in \S+ yet: /);
  expect(await here('runs', '--json')).toMatchObject({
    code: 0,
    stdout: '[]\n',
  });
  expect((await here('tables')).stdout).toMatch(/^Nothing is published in /);
  expect(await here('rollback', 'amounts')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'UsageError: pipeline amounts: nothing is published\n',
  });
});

test('the last run is taken back, then the one before', async () => {
  const first = await runOn('2024-05-01');
  const second = await runOn('2024-05-02');
  expect(await periods()).toEqual(['2024-05-02']);

  expect(await here('rollback', 'amounts', first)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^PublishError: (pipeline amounts: )?table amounts was published again by run \S+: roll that one back first\n$/,
    ),
  });
  expect(await here('rollback', 'amounts', 'no-such-run')).toMatchObject({
    code: 2,
    stderr: 'UsageError: pipeline amounts: run no-such-run was not published\n',
  });
  expect(await periods()).toEqual(['2024-05-02']);

  expect(await here('rollback', 'amounts')).toEqual({
    code: 0,
    stderr: '',
    stdout: `amounts: run ${second} was rolled back (amounts)\n`,
  });
  expect(await periods()).toEqual(['2024-05-01']);
  expect(await here('rollback', 'amounts', second)).toMatchObject({
    code: 2,
    stderr: `UsageError: pipeline amounts: run ${second} was rolled back already\n`,
  });

  const { stdout } = await here('rollback', 'amounts', '--json');
  expect(JSON.parse(stdout)).toEqual({ run: first, tables: ['amounts'] });
  expect(await periods()).toEqual([]);

  const runs = await here('runs', 'amounts');
  const [header, , ...lines] = runs.stdout.trimEnd().split('\n');
  expect(header).toMatch(/^run +pipeline +period +outcome +started/);
  expect(lines.map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
    [second, 'amounts', '2024-05-02', 'rolled back'],
    [first, 'amounts', '2024-05-01', 'rolled back'],
  ]);
  const last = await here('runs', '--limit', '1', '--json');
  expect(
    JSON.parse(last.stdout).map(({ run }: { run: string }) => run),
  ).toEqual([second]);
});
