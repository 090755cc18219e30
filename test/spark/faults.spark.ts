/**
 * What goes wrong while Spark works, through the whole machine: the run ends as
 * failed and says why, readers keep what they had, and a retry succeeds.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnce } from '../../cli/runOnce.ts';
import { testFolder } from '../../cli/testing/tributary.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import type { JobOrder, Platform } from '../../platform/ports.ts';
import { fillDisk, mayMount, mountDisk } from '../support/smallDisk.ts';
import { PIPELINES } from '../support/testLake.ts';

const folder = testFolder();
const open = (lake: string) => localPlatform({ lake, pipelines: PIPELINES });

const run = (
  platform: Platform,
  pipeline: string,
  engine: 'duckdb' | 'spark' = 'spark',
) => runOnce(platform, pipeline, null, { engine });

const published = async (platform: Platform, pipeline: string) =>
  (await platform.catalog.read(pipeline)).tables;

/** Publishes by DuckDB, then has a run of Spark fail, and another succeed. */
const failAndRetry = async (
  platform: Platform,
  pipeline: string,
  strike: () => Promise<{ on: Platform; mend: () => Promise<void> }>,
) => {
  const first = await run(platform, pipeline, 'duckdb');
  expect(first.result.error).toBeUndefined();
  const before = await published(platform, pipeline);
  const { on, mend } = await strike();
  const failed = await run(on, pipeline);
  expect(failed.ledger?.outcome).toBe('failed');
  expect(failed.ledger?.steps.at(-1)).toMatchObject({ failed: true });
  expect(await published(platform, pipeline)).toEqual(before);
  await mend();
  const again = await run(platform, pipeline);
  expect(again.result.error).toBeUndefined();
  expect(again.ledger?.outcome).toBe('published');
  expect(await published(platform, pipeline)).not.toEqual(before);
  return failed.ledger?.error;
};

if (mayMount)
  describe('a full disk', () => {
    test.each([
      ['with no room for what Spark spills', 'lake/work', 0],
      ['with little room for it', 'lake/work', 100_000],
      ['with too little for what it writes', '.', 150_000],
    ])('%s', async (name, place, left) => {
      const base = join(folder(), name.replaceAll(' ', '-'));
      const disk = join(base, place);
      const unmount = await mountDisk(disk);
      try {
        const platform = open(join(base, 'lake'));
        const error = await failAndRetry(platform, 'loans', async () => ({
          on: platform,
          mend: await fillDisk(disk, left),
        }));
        expect(error).toEqual({
          name: 'JobError',
          message:
            'pipeline loans: the disk is full: give the job a larger one',
        });
      } finally {
        await unmount();
      }
    });
  });
else
  test('there is no leave to mount a disk', () => {
    expect(process.env.CI).toBeUndefined();
  });

type Spoil = (order: JobOrder, platform: Platform) => Promise<unknown>;

const edit = async (path: string, change: (body: Buffer) => Buffer) => {
  const body = change(await readFile(path));
  // Landed files share their bytes with the sample: never in place.
  await writeFile(`${path}.new`, body);
  await rename(`${path}.new`, path);
};

const parquetOf = async ({ request }: JobOrder): Promise<string> => {
  const { sources } = JSON.parse(await readFile(request, 'utf8')) as {
    sources: Record<string, { local: string }[]>;
  };
  const files = Object.values(sources).flat();
  const file = files.find(({ local }) => local.endsWith('.parquet'));
  if (!file) throw new Error('no Parquet file landed');
  return file.local;
};

describe('in one session', () => {
  let platform: Platform;
  beforeAll(() => {
    platform = open(join(folder(), 'one'));
  });

  /** The platform whose jobs find something spoiled. */
  const spoiled = (spoil: Spoil): Platform => ({
    ...platform,
    jobs: {
      ...platform.jobs,
      start: async (order) => {
        await spoil(order, platform);
        return platform.jobs.start(order);
      },
    },
  });

  test.each<[string, Spoil, string, RegExp]>([
    [
      'a plan of a newer schema',
      ({ plan }) =>
        edit(plan, (body) =>
          Buffer.from(JSON.stringify({ ...JSON.parse(`${body}`), version: 2 })),
        ),
      'DefinitionError',
      /^pipeline arrivals: the plan has version 2, which is newer than this job/,
    ],
    [
      'a corrupt Parquet file',
      async (order) =>
        edit(await parquetOf(order), (body) =>
          body.fill(0, 4, body.length >> 1),
        ),
      'SourceError',
      /^pipeline arrivals, source immigration, file .*\.parquet: the file cannot be read/,
    ],
    [
      'a token that has expired',
      ({ taskToken }, { callbacks }) =>
        callbacks.fail(taskToken, {
          name: 'States.HeartbeatTimeout',
          message: 'no sign of life for 1800 s',
        }),
      'States.HeartbeatTimeout',
      /no sign of life/,
    ],
  ])('%s', async (_, spoil, name, message) => {
    const error = await failAndRetry(platform, 'arrivals', async () => ({
      on: spoiled(spoil),
      mend: async () => {},
    }));
    expect(error?.name).toBe(name);
    expect(error?.message).toMatch(message);
  });
});
