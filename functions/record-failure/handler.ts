import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { closeJournal } from '../shared/closeJournal.ts';
import { closeRun } from '../shared/closeRun.ts';
import { uploadRejects } from '../shared/engineOutput.ts';
import type { FailureEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { jobUse } from '../shared/jobUse.ts';
import { keys } from '../shared/keys.ts';
import { ended, readLedger } from '../shared/ledger.ts';
import { announce } from '../shared/openLineage/announce.ts';
import { outcomeOf } from '../shared/outcomeOf.ts';
import { runId } from '../shared/runId.ts';
import { withFailedStep } from '../shared/steps.ts';

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
 * Closes a run that failed: ledger, `ops` tables, locks. A run that did not get
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
      const isPublished = await closeJournal(platform, pipeline, run);
      const outcome = await outcomeOf(platform, ledger, isPublished);
      const made = await platform.jobs.made(pipeline, run);
      await uploadRejects(ledger, made);
      const scratch = join(platform.scratch, run);
      await rm(scratch, { recursive: true, force: true });
      await platform.store.removeAll(keys.job(pipeline, run));
      const told = { name: error.Error, message: messageOf(error.Cause) };
      const notices = await announce(
        platform,
        ledger,
        outcome === 'failed' ? 'FAIL' : 'COMPLETE',
        told,
      );
      const use = await jobUse(platform, ledger);
      await closeRun(platform, ledger, (before) => ({
        ...ended(platform, before, outcome),
        ...notices,
        ...use,
        steps: withFailedStep(platform, before.steps),
        error: told,
      }));
      for (const name of [
        keys.publishLock(pipeline),
        keys.runLock(pipeline, ledger.period),
      ])
        await platform.locks.release(name, execution.id);
      return { run };
    },
);
