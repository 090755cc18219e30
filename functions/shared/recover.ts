import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../../platform/ports.ts';
import { closeJournal } from './closeJournal.ts';
import { closeRun } from './closeRun.ts';
import { readJournal } from './journal.ts';
import { keys } from './keys.ts';
import { ended, type Ledger, readLedger } from './ledger.ts';
import { announce } from './openLineage/announce.ts';
import { outcomeOf } from './outcomeOf.ts';

const KILLED = {
  name: 'Killed',
  message: 'the execution ended before its run',
};

const runOf = (key: string) =>
  key.slice(key.lastIndexOf('/') + 1, -'.json'.length);

/**
 * Closes what a run left open: whether its publish happened, and, where its
 * execution died, its ledger. Only for the holder of the publish lease. Safe to
 * repeat.
 */
export const recover = async (
  platform: Platform,
  pipeline: string,
  run: string,
): Promise<void> => {
  const isPublished = await closeJournal(platform, pipeline, run);
  const ledger = await readLedger(platform, pipeline, run);
  if (!ledger || (await platform.executions.isRunning(ledger.execution)))
    return;
  // Before the ledger: who closes a run and is killed is not followed by another.
  const scratch = join(platform.scratch, run);
  await rm(scratch, { recursive: true, force: true });
  if (ledger.outcome === 'running') {
    const outcome = await outcomeOf(platform, ledger, isPublished);
    const notices = await announce(
      platform,
      ledger,
      isPublished ? 'COMPLETE' : 'FAIL',
      KILLED,
    );
    await closeRun(platform, { pipeline, run }, (before) => ({
      ...ended(platform, before, outcome),
      ...notices,
      ...(!isPublished && { error: KILLED }),
    }));
  }
};

/**
 * Closes all runs of a period whose executions died: the one that held the
 * lock, and any that this one should have closed and did not live to.
 */
export const recoverPeriod = async (
  platform: Platform,
  pipeline: string,
  period: string,
): Promise<void> => {
  for (const key of await platform.store.list(`runs/${pipeline}/`)) {
    const ledger = await readLedger(platform, pipeline, runOf(key));
    if (ledger?.outcome === 'running' && ledger.period === period)
      await recover(platform, pipeline, ledger.run);
  }
};

/**
 * Closes all runs of a pipeline whose executions died, whatever their periods,
 * and gives their locks back. Only for the holder of the publish lease.
 * @returns the runs.
 */
export const recoverRuns = async (
  platform: Platform,
  pipeline: string,
): Promise<string[]> => {
  const closed: string[] = [];
  for (const { run, period, execution } of await openRuns(platform, pipeline)) {
    await recover(platform, pipeline, run);
    await platform.locks.release(keys.runLock(pipeline, period), execution);
    closed.push(run);
  }
  return closed;
};

/** The open ledgers of a pipeline whose executions run no more. */
export const openRuns = async (
  platform: Platform,
  pipeline: string,
): Promise<Ledger[]> => {
  const found: Ledger[] = [];
  for (const key of await platform.store.list(`runs/${pipeline}/`)) {
    const ledger = await readLedger(platform, pipeline, runOf(key));
    if (
      ledger?.outcome === 'running' &&
      !(await platform.executions.isRunning(ledger.execution))
    )
      found.push(ledger);
  }
  return found;
};

/** Closes every publish of a pipeline that was prepared and not ended. */
export const recoverPublishes = async (
  platform: Platform,
  pipeline: string,
): Promise<void> => {
  for (const key of await platform.store.list(`publish/${pipeline}/`)) {
    const run = runOf(key);
    const journal = await readJournal(platform, pipeline, run);
    if (journal?.state === 'prepared') await recover(platform, pipeline, run);
  }
};
