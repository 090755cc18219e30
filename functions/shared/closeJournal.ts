import type { Platform } from '../../platform/ports.ts';
import { closeRun } from './closeRun.ts';
import { readJournal, writeJournal } from './journal.ts';
import { ended } from './ledger.ts';

/** Writes into a run's ledger that it was taken back. */
export const markRolledBack = async (
  platform: Platform,
  pipeline: string,
  run: string,
): Promise<void> => {
  await closeRun(platform, { pipeline, run }, (ledger) => ({
    ...(ledger.endedAt === undefined && ended(platform, ledger, 'rolled back')),
    outcome: 'rolled back',
  }));
};

/**
 * Finds out whether a publish or a rollback that goes on no more has happened,
 * and writes it into its journal. Safe to repeat, and needs no lease: nobody
 * publishes before the last publish is closed (`withPublishLease`), so a
 * journal that is open after the catalog was read tells of the last publish or
 * of one that never was.
 */
export const closeJournal = async (
  platform: Platform,
  pipeline: string,
  run: string,
): Promise<boolean> => {
  const { run: last } = await platform.catalog.read(pipeline);
  const journal = await readJournal(platform, pipeline, run);
  if (journal?.state !== 'prepared') return journal?.state === 'done';
  const isDone = last === run;
  if (isDone) await platform.catalog.settle(pipeline);
  if (isDone && journal.of !== undefined)
    await markRolledBack(platform, pipeline, journal.of);
  const state = isDone ? 'done' : 'undone';
  await writeJournal(platform, { ...journal, state });
  return isDone;
};
