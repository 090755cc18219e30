import type { RunEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { ended, updateLedger } from '../shared/ledger.ts';
import { writeOps } from '../shared/ops.ts';

/** Closes a run that is published: ledger, `ops` tables, lock. */
export const refresh = handler<RunEvent, { readonly run: string }>(
  'refresh',
  ['pipeline', 'run', 'period', 'execution'],
  (platform) => async (event) => {
    const { pipeline, run, period, execution } = event;
    const ledger = await updateLedger(platform, event, (before) =>
      ended(platform, before, 'published'),
    );
    if (ledger) await writeOps(platform, ledger);
    const name = keys.runLock(pipeline, period.label);
    await platform.locks.release(name, execution.id);
    return { run };
  },
);
