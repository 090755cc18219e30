import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../core/plan.ts';
import { readPeriodStates } from '../functions/shared/periodStates.ts';
import { startOfRun } from '../functions/shared/runId.ts';
import { status } from '../functions/status/handler.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import type { Platform } from '../platform/ports.ts';
import { runOnce } from './runOnce.ts';
import { PIPELINES, testFolder } from './testing/tributary.ts';

const AHEAD = '2031-02-03T04:05:06.789Z';
const NOW = '2026-11-21T12:00:00.000Z';
const GOOD = 'id,amount,note\n1,2.5,x\n';
const BAD = 'id,amount,note\n';

const folder = testFolder();
let now: Date;
let lakes = 0;
let platform: Platform;
beforeEach(() => {
  lakes += 1;
  const lake = join(folder(), `${lakes}`);
  platform = localPlatform({ lake, pipelines: PIPELINES, now: () => now });
});

/** A run at that time. @returns its ledger. */
const runAt = async (time: string, csv: string) => {
  now = new Date(time);
  const replay = join(folder(), `recorded-${lakes}`);
  await mkdir(join(replay, 'amounts'), { recursive: true });
  await writeFile(join(replay, 'amounts', 'amounts.csv'), csv);
  const { ledger } = await runOnce(platform, 'amounts', '2024-05-30', {
    replay,
  });
  if (!ledger) throw new Error('it did not begin');
  return ledger;
};
const look = () => status(platform)({ pipeline: 'amounts' });
const stateNow = async () => {
  const plan: Plan = await platform.definitions.plan('amounts');
  const states = await readPeriodStates(platform, plan, { replay: 'any' });
  return states.stateOf('2024-05-30');
};

test('a run that fails after the clock was ahead is the last one', async () => {
  const ahead = await runAt(AHEAD, GOOD);
  const failed = await runAt(NOW, BAD);
  expect(await look()).toMatchObject({
    state: 'failed',
    last: { run: failed.run, startedAt: NOW },
  });
  expect(await stateNow()).toMatchObject({ state: 'failed', run: failed.run });
  expect(failed.run > ahead.run).toBe(true);
  expect(failed.seconds).toBe(0);
});

test('what failed while it was ahead is over with the next good run', async () => {
  await runAt(AHEAD, BAD);
  const good = await runAt(NOW, GOOD);
  expect(await look()).toMatchObject({ state: 'ok', last: { run: good.run } });
  expect(await stateNow()).toEqual({ state: 'published', run: good.run });
});

test('ids stay in order, and a clock that is right gives its own time', async () => {
  const runs: string[] = [];
  for (const time of [NOW, AHEAD, NOW, NOW, '2032-01-01T00:00:00.000Z'])
    runs.push((await runAt(time, GOOD)).run);
  expect(runs).toEqual(runs.toSorted());
  expect(runs.map((run) => startOfRun(run)?.toISOString())).toEqual([
    NOW,
    AHEAD,
    '2031-02-03T04:05:06.790Z',
    '2031-02-03T04:05:06.791Z',
    '2032-01-01T00:00:00.000Z',
  ]);
});
