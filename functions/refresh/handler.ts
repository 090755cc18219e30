import { closeRun } from '../shared/closeRun.ts';
import type { RunEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { ended, readLedger, stepSince } from '../shared/ledger.ts';
import { announce } from '../shared/openLineage/announce.ts';
import { outcomeOf } from '../shared/outcomeOf.ts';

/** Closes a run that is published: ledger, `ops` tables, lock. */
export const refresh = handler<RunEvent, { readonly run: string }>(
  'refresh',
  ['pipeline', 'run', 'period', 'execution'],
  (platform) => async (event) => {
    const { pipeline, run, period, execution } = event;
    const startedAt = platform.clock.now();
    const outcome = await outcomeOf(platform, event, true);
    const ledger = await readLedger(platform, pipeline, run);
    const notices = ledger
      ? await announce(platform, ledger, 'COMPLETE')
      : undefined;
    await closeRun(platform, event, (before) => ({
      ...ended(platform, before, outcome),
      ...notices,
      steps: [...before.steps, stepSince(platform, 'refresh', startedAt)],
    }));
    const name = keys.runLock(pipeline, period.label);
    await platform.locks.release(name, execution.id);
    return { run };
  },
);
