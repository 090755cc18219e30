/** Spark is killed at each step of a job: nothing shows, and a retry succeeds. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnce } from '../../cli/runOnce.ts';
import { testFolder } from '../../cli/testing/tributary.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import { PIPELINES } from '../support/testLake.ts';

const STRIKE = join(
  import.meta.dirname,
  '../../glue-jobs/tests/support/strike.py',
);
const folder = testFolder();

const open = (name: string, program?: string) =>
  localPlatform({
    lake: join(folder(), name),
    pipelines: PIPELINES,
    ...(program && { spark: { program } }),
  });
type Opened = ReturnType<typeof open>;

const run = (platform: Opened, engine: 'duckdb' | 'spark') =>
  runOnce(platform, 'loans', null, { engine });

const published = async (platform: Opened) =>
  (await platform.catalog.read('loans')).tables;

/** Writes the program of a session that is struck. */
const writeProgram = async (name: string, strike: string): Promise<string> => {
  const file = join(folder(), `${name}.py`);
  await writeFile(
    file,
    'import os, runpy\n' +
      `os.environ["STRIKE"] = "${strike}"\n` +
      `runpy.run_path(${JSON.stringify(STRIKE)}, run_name="__main__")\n`,
  );
  return file;
};

test.each([
  ['extract', 'SIGKILL', 'host', 'Spark was killed by SIGKILL'],
  ['extract', 'SIGTERM', 'host', 'Spark was killed by SIGTERM'],
  ['transform', 'SIGKILL', 'host', 'Spark was killed by SIGKILL'],
  ['transform', 'SIGTERM', 'host', 'Spark was killed by SIGTERM'],
  ['load', 'SIGKILL', 'host', 'Spark was killed by SIGKILL'],
  ['load', 'SIGTERM', 'host', 'Spark was killed by SIGTERM'],
  ['told', 'SIGKILL', 'host', 'Spark was killed by SIGKILL'],
  ['told', 'SIGTERM', 'host', 'Spark was killed by SIGTERM'],
  ['transform', 'SIGKILL', 'jvm', 'Java was killed by SIGKILL'],
])('at %s, %s to the %s', async (moment, signal, whom, reason) => {
  const name = `${moment}-${signal}-${whom}`;
  const first = await run(open(name), 'duckdb');
  expect(first.result.error).toBeUndefined();
  const strike = `${moment}:${signal}:${whom}`;
  const platform = open(name, await writeProgram(name, strike));
  const before = await published(platform);

  const failed = await run(platform, 'spark');

  expect(failed.ledger?.outcome).toBe('failed');
  expect(failed.result.error?.name).toBe('JobError');
  expect(failed.ledger?.error?.message).toContain(reason);
  expect(await published(platform)).toEqual(before);

  const again = await run(open(name), 'duckdb');
  expect(again.result.error).toBeUndefined();
  expect(again.ledger?.outcome).toBe('published');
});

test('another session is started where one was killed', async () => {
  const program = await writeProgram('again', 'extract:SIGKILL:host');
  const platform = open('again', program);
  expect((await run(platform, 'spark')).ledger?.outcome).toBe('failed');
  // A signal that does nothing.
  await writeProgram('again', 'extract:SIGCONT:jvm');
  const again = await run(platform, 'spark');
  expect(again.result.error).toBeUndefined();
  expect(again.ledger?.outcome).toBe('published');
});
