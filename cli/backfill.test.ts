import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backfill } from '../functions/backfill/handler.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import { writeRecording } from '../scripts/record.ts';
import { DEFAULT_PIPELINES } from './context.ts';
import { runOnce } from './runOnce.ts';
import { startTributary, testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const recordings = () => join(folder(), 'recordings');
const DAYS = { seed: 7, from: '2022-09-01', periods: 31 };
const ARRIVALS = { seed: 7, from: '2016-04', periods: 9 };
const MONTHS = { seed: 7, from: '2018-01', periods: 12 };
const FIRST: Record<string, string> = {
  arrivals: ARRIVALS.from,
  songs: MONTHS.from,
};

beforeAll(async () => {
  await writeRecording('loans', recordings(), DAYS);
  await writeRecording('crime', recordings(), DAYS);
  await writeRecording('songs', recordings(), MONTHS);
  await writeRecording('arrivals', recordings(), ARRIVALS);
}, 60_000);

const backfillArgs = (pipeline: string, lake: string, ...more: string[]) => [
  'backfill',
  pipeline,
  '--from',
  FIRST[pipeline] ?? DAYS.from,
  '--replay',
  recordings(),
  '--lake',
  lake,
  ...more,
];
const lakeOf = (name: string) => join(folder(), name);
const planned = async (pipeline: string, lake: string, ...more: string[]) => {
  const args = backfillArgs(pipeline, lake, '--dry-run', '--json', ...more);
  const chosen = JSON.parse((await tributary(args)).stdout) as Backfill;
  const periods = chosen.periods.filter(({ action }) => action === 'run');
  return { ...chosen, toRun: periods.map(({ period }) => period) };
};
const rowsOf = async (lake: string, table: string) =>
  (
    await tributary([
      'sql',
      `SELECT * FROM ${table} ORDER BY ALL`,
      '--format',
      'csv',
      '--lake',
      lake,
    ])
  ).stdout;

/** The same periods, each run alone, one after the other. */
const runAlone = async (pipeline: string, lake: string) => {
  const platform = localPlatform({ lake, pipelines: DEFAULT_PIPELINES });
  const { toRun } = await planned(pipeline, lake);
  for (const period of toRun) {
    const options = { replay: recordings() };
    const { result } = await runOnce(platform, pipeline, period, options);
    expect(result.error).toBeUndefined();
  }
  return toRun;
};

/** What a run of a pipeline leaves that is still open. */
const openRuns = async (pipeline: string, lake: string) => {
  const args = ['runs', pipeline, '--json', '--limit', '99', '--lake', lake];
  const runs = JSON.parse((await tributary(args)).stdout);
  return runs.filter((run: { outcome: string }) => run.outcome === 'running');
};

/** Runs that nobody works on, and that are not closed as what they came to. */
const unclosedRuns = async (pipeline: string, lake: string) => {
  const args = ['runs', pipeline, '--json', '--limit', '99', '--lake', lake];
  const runs = JSON.parse((await tributary(args)).stdout);
  return runs.filter(
    ({ outcome }: { outcome: string }) =>
      !['published', 'unchanged', 'failed'].includes(outcome),
  );
};

test.each([
  ['loans', ['loans', 'loans_by_category'], '2'],
  ['songs', ['songs', 'artists', 'users', 'time', 'songplays'], '3'],
  ['arrivals', ['fact_arrivals', 'dim_tourist', 'dim_airport'], '2'],
  ['crime', ['crime_reported', 'unsolved_by_type', 'unsolved_by_month'], '2'],
])(
  '%s: stopped, killed and resumed, it is as if each had run alone',
  async (pipeline, tables, parallel) => {
    const lake = lakeOf(`${pipeline}-backfill`);
    const args = backfillArgs(pipeline, lake, '--parallel', parallel);
    const alone = await runAlone(pipeline, lakeOf(`${pipeline}-alone`));

    const stopped = startTributary(args);
    stopped.killWhen('[4/', 'SIGINT');
    const first = await stopped.ended;
    expect(first.code).toBe(130);
    expect(first.stderr).toContain('Stopping: what runs now is finished');
    expect(first.stdout).toContain('The same command goes on.');
    expect(await openRuns(pipeline, lake)).toEqual([]);
    const afterStop = await planned(pipeline, lake);
    expect(afterStop.toRun.length).toBeLessThan(alone.length - 3);
    expect(afterStop.toRun).toEqual(alone.slice(-afterStop.toRun.length));

    const killed = startTributary(args);
    killed.killWhen('[2/', 'SIGKILL');
    expect((await killed.ended).code).toBeNull();
    const afterKill = await planned(pipeline, lake);
    expect(afterKill.toRun.length).toBeGreaterThan(1);

    const last = await tributary(args);
    expect(last).toMatchObject({ code: 0, stderr: '' });
    expect(last.stdout).toContain(`${afterKill.toRun.length} done`);
    expect((await planned(pipeline, lake)).toRun).toEqual([]);
    expect(await unclosedRuns(pipeline, lake)).toEqual([]);
    for (const table of tables) {
      const rows = await rowsOf(lake, `${pipeline}.${table}`);
      expect(rows.split('\n').length).toBeGreaterThan(4);
      expect(rows).toBe(
        await rowsOf(lakeOf(`${pipeline}-alone`), `${pipeline}.${table}`),
      );
    }
  },
  120_000,
);

test('the same seed records the same, another one something else', async () => {
  const again = lakeOf('recordings-again');
  const differ = lakeOf('recordings-differ');
  const few = { from: '2022-09-01', periods: 2 };
  await writeRecording('loans', again, { ...few, seed: 7 });
  await writeRecording('loans', differ, { ...few, seed: 8 });
  const read = (root: string) =>
    readFile(join(root, 'loans/date=2022-09-02/loan.csv'), 'utf8');
  const first = await read(recordings());
  expect(await read(again)).toBe(first);
  expect(await read(differ)).not.toBe(first);
});

test('a period that the recording has no files of is not run', async () => {
  const args = ['backfill', 'songs', '--from', '2017-11', '--to', '2018-02'];
  const { stdout } = await tributary([
    ...args,
    ...['--replay', recordings(), '--lake', lakeOf('none'), '--dry-run'],
  ]);
  expect(stdout).toMatch(/2017-12 +skip +the recording has nothing of it/);
  expect(stdout).toMatch(/2018-01 +run +missing/);
  expect(stdout).toContain('songs: 2 of 4 periods to run');
});

describe('a day that fails', () => {
  const broken = () => lakeOf('broken');
  beforeAll(async () => {
    await cp(recordings(), broken(), { recursive: true });
    for (const pipeline of ['loans', 'crime'])
      await rm(join(broken(), pipeline, 'date=2022-09-03'), {
        recursive: true,
      });
    // A folder of the day, without the file.
    for (const pipeline of ['loans', 'crime'])
      await cp(
        join(recordings(), pipeline, 'date=2022-09-04'),
        join(broken(), pipeline, 'date=2022-09-03', 'elsewhere'),
        { recursive: true },
      );
  });
  const run = (pipeline: string, replay: string) =>
    tributary([
      'backfill',
      pipeline,
      ...['--from', '2022-09-01', '--to', '2022-09-05'],
      ...['--replay', replay, '--lake', lakeOf(`${pipeline}-broken`)],
    ]);

  test('does not stop those that do not depend on it', async () => {
    const { code, stdout, stderr } = await run('loans', broken());
    expect(code).toBe(1);
    expect(stdout).toContain('4 done, 1 failed, in ');
    expect(stderr).toContain('no file matches loan.csv');
    const again = await run('loans', recordings());
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('loans: 1 of 5 periods to run');
    expect(again.stdout).toContain('[1/1] loans 2022-09-03: published');
  });

  test('stops those that follow it in order', async () => {
    const { code, stdout } = await run('crime', broken());
    expect(code).toBe(1);
    expect(stdout).toContain(
      '2 done, 1 failed, 2 not started: it follows 2022-09-03, which failed',
    );
    const again = await run('crime', recordings());
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('crime: 3 of 5 periods to run');
  });
});
