import type { CatalogState } from '../../core/catalog.ts';
import type { Platform } from '../../platform/ports.ts';
import { closeRun } from './closeRun.ts';
import {
  applySide,
  type Journal,
  readJournal,
  writeJournal,
} from './journal.ts';
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

/** Leads readers back to where they were before a publish that was refused. */
const takeBack = async (
  { catalog }: Platform,
  state: CatalogState,
  { run, pipeline, before, previous = '' }: Journal,
): Promise<void> => {
  if (state.run === run)
    await catalog.replace(state, applySide(state, before, previous));
  else await catalog.settle(pipeline);
};

/**
 * Finds out whether a publish or a rollback that goes on no more has happened,
 * and writes it into its journal. One that readers do not see as it was written
 * is taken back. Safe to repeat, and needs no lease: nobody
 * publishes before the last publish is closed (`withPublishLease`), so a
 * journal that is open after the catalog was read tells of the last publish or
 * of one that never was.
 */
export const closeJournal = async (
  platform: Platform,
  pipeline: string,
  run: string,
): Promise<boolean> => {
  const state = await platform.catalog.read(pipeline);
  const journal = await readJournal(platform, pipeline, run);
  if (journal?.state !== 'prepared') return journal?.state === 'done';
  if (journal.refused !== undefined) await takeBack(platform, state, journal);
  const isDone = state.run === run && journal.refused === undefined;
  if (isDone) await platform.catalog.settle(pipeline);
  if (isDone && journal.of !== undefined)
    await markRolledBack(platform, pipeline, journal.of);
  await writeJournal(platform, {
    ...journal,
    state: isDone ? 'done' : 'undone',
  });
  return isDone;
};
