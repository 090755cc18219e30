import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './measure.ts';
import { compareRows } from './sameRows.ts';

// The sample of arrivals has its key twice, which the real month has not: to
// look for that in three million rows would make bare DuckDB a straw man.
const PIPELINES = ['banks', 'crime', 'loans', 'songs'];
const node = (...args: string[]) =>
  promisify(execFile)(process.execPath, args, { cwd: ROOT });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('bare DuckDB makes the rows of the samples that a run makes', async () => {
  const [data, lake, out] = ['data', 'lake', 'out'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  for (const name of PIPELINES)
    await cp(join(ROOT, 'pipelines', name, 'sample'), join(data, name), {
      recursive: true,
    });
  await node('cli/tributary.js', 'run', '--replay', data, '--lake', lake);
  await node('bench/bare.js', data, out, ...PIPELINES);

  const tables = await compareRows(lake, out);

  expect(tables.filter(({ fault }) => fault)).toEqual([]);
  expect(tables).toHaveLength(17);
  expect(tables.filter(({ rows }) => rows === 0)).toEqual([]);
});
