import type { Platform } from '../../platform/ports.ts';
import { readJournal, writeJournal } from './journal.ts';
import { ended, readLedger, updateLedger } from './ledger.ts';
import { writeOps } from './ops.ts';

/**
 * Closes a run whose execution died: its publish happened or did not, and the
 * ledger says which. Safe to repeat.
 */
export const recover = async (
  platform: Platform,
  pipeline: string,
  run: string,
): Promise<void> => {
  const journal = await readJournal(platform, pipeline, run);
  let isPublished = journal?.state === 'done';
  if (journal?.state === 'prepared') {
    const { run: last } = await platform.catalog.read(pipeline);
    isPublished = last === run;
    await writeJournal(platform, {
      ...journal,
      state: isPublished ? 'done' : 'undone',
    });
  }
  if (journal?.kind === 'rollback') {
    if (isPublished && journal.of)
      await markRolledBack(platform, pipeline, journal.of);
    return;
  }
  const ledger = await readLedger(platform, pipeline, run);
  if (ledger?.outcome !== 'running') return;
  const closed = await updateLedger(platform, ledger, (before) => ({
    ...ended(platform, before, isPublished ? 'published' : 'failed'),
    ...(!isPublished && {
      error: { name: 'Killed', message: 'the execution ended before its run' },
    }),
  }));
  if (closed) await writeOps(platform, closed);
};

/**
 * Closes every publish of a pipeline that was prepared and not ended. Only for
 * the holder of its publish lease: nothing was published since.
 */
export const recoverPublishes = async (
  platform: Platform,
  pipeline: string,
): Promise<void> => {
  for (const key of await platform.store.list(`publish/${pipeline}/`)) {
    const run = key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
    const journal = await readJournal(platform, pipeline, run);
    if (journal?.state === 'prepared') await recover(platform, pipeline, run);
  }
};

/** Writes into a run's ledger that it was taken back. */
export const markRolledBack = async (
  platform: Platform,
  pipeline: string,
  run: string,
): Promise<void> => {
  const ledger = await updateLedger(platform, { pipeline, run }, () => ({
    outcome: 'rolled back',
  }));
  if (ledger) await writeOps(platform, ledger);
};
