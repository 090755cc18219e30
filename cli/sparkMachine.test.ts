import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceError } from '../core/errors.ts';
import { readLedger } from '../functions/shared/ledger.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import type { Platform } from '../platform/ports.ts';
import { execute } from './localMachine.ts';
import { type Act, fakeJobs } from './testing/fakeJobs.ts';

const PIPELINES = join(import.meta.dirname, '..', 'pipelines');
let lake: string;
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), 'tributary-spark-'));
});
afterEach(() => rm(lake, { recursive: true }));

const run = async (act: Act, pipeline = 'loans') => {
  const local = localPlatform({ lake, pipelines: PIPELINES });
  const jobs = fakeJobs(local, act);
  const platform: Platform = { ...local, jobs };
  const { error, run: id } = await execute(platform, {
    pipeline,
    date: null,
    options: { engine: 'spark' },
  });
  const ledger = await readLedger(platform, pipeline, id);
  const { tables } = await platform.catalog.read(pipeline);
  return { error, ledger, tables, jobs, platform };
};

const well: Act = async ({ work, succeed }) => {
  await work();
  await succeed();
};

test('what the job wrote is published, and the ledger says by which engine', async () => {
  const { error, ledger, tables, platform } = await run(well);
  expect(error).toBeUndefined();
  expect(ledger).toMatchObject({
    outcome: 'published',
    engine: { name: 'spark', reason: 'asked for' },
  });
  expect(ledger?.steps.map(({ step }) => step)).toEqual([
    ...['plan', 'fetch', 'transform', 'publish', 'refresh'],
  ]);
  expect(Object.keys(tables)).toEqual(['loans', 'loans_by_category']);
  const rejects = await platform.store.list('quarantine/loans/');
  expect(rejects).toHaveLength(1);
  expect(await platform.store.list('work/')).not.toContainEqual(
    expect.stringContaining('job/'),
  );
});

test.each([
  [
    'fails',
    async () => {
      throw new SourceError('no column age');
    },
    'SourceError: no column age',
  ],
  ['leaves no result', ({ succeed }) => succeed(), 'JobError: pipeline loans:'],
] satisfies [string, Act, string][])(
  'a job that %s publishes nothing, and the next run does',
  async (_, act, message) => {
    await run(well);
    const failed = await run(act);
    const said = `${failed.error?.name}: ${failed.error?.message}`;
    expect(said).toContain(message);
    expect(failed.ledger?.outcome).toBe('failed');
    expect(failed.ledger?.steps.at(-1)).toMatchObject({
      step: 'transform',
      failed: true,
    });
    expect(failed.jobs.aborted).toHaveLength(message.includes('no co') ? 1 : 0);
    const again = await run(well);
    expect(again.error).toBeUndefined();
    expect(failed.tables.loans?.partitions).not.toEqual(
      again.tables.loans?.partitions,
    );
    expect(failed.tables.loans?.partitions).toHaveLength(1);
  },
);

test('the rejects of a job that failed are in quarantine', async () => {
  const { ledger, platform } = await run(async ({ work }) => {
    await work();
    throw new SourceError('too many do not decode');
  });
  expect(ledger?.outcome).toBe('failed');
  expect(await platform.store.list('quarantine/loans/loan/')).toHaveLength(1);
});

test('a token is good for one answer', async () => {
  const late = Promise.withResolvers<string>();
  const { error } = await run(async ({ work, succeed }) => {
    await work();
    await succeed();
    await succeed().catch((caught: Error) => late.resolve(caught.name));
  });
  expect(error).toBeUndefined();
  expect(await late.promise).toBe('TokenError');
});
