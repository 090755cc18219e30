import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FailureEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { readJournal, writeJournal } from '../shared/journal.ts';
import { keys } from '../shared/keys.ts';
import { ended, readLedger, updateLedger } from '../shared/ledger.ts';
import { writeOps } from '../shared/ops.ts';
import { runId } from '../shared/runId.ts';

/** A Lambda's error arrives as JSON in the cause, a local one as its text. */
const messageOf = (cause: string): string => {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
};

/**
 * Closes a run that failed: ledger, `ops` tables, lock. A run that did not get
 * as far as its ledger leaves nothing behind.
 */
export const recordFailure = handler<FailureEvent, { readonly run: string }>(
  'record-failure',
  ['execution', 'error'],
  (platform) =>
    async ({ pipeline, execution, error }) => {
      const run = runId(execution);
      if (pipeline === undefined) return { run };
      const ledger = await readLedger(platform, pipeline, run);
      if (!ledger) return { run };
      const journal = await readJournal(platform, pipeline, run);
      let isPublished = journal?.state === 'done';
      if (journal?.state === 'prepared') {
        const { run: last } = await platform.catalog.read(pipeline);
        isPublished = last === run;
        const state = isPublished ? 'done' : 'undone';
        await writeJournal(platform, { ...journal, state });
      }
      const closed = await updateLedger(platform, ledger, (before) => ({
        ...ended(platform, before, isPublished ? 'published' : 'failed'),
        error: { name: error.Error, message: messageOf(error.Cause) },
      }));
      if (closed) await writeOps(platform, closed);
      await platform.locks.release(
        keys.runLock(pipeline, ledger.period),
        execution.id,
      );
      const scratch = join(platform.scratch, run);
      await rm(scratch, { recursive: true, force: true });
      return { run };
    },
);
