import { closeRun } from '../shared/closeRun.ts';
import { inputKind, type RunEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { jobUse } from '../shared/jobUse.ts';
import { keys } from '../shared/keys.ts';
import {
  ended,
  readLedger,
  stepSince,
  updateLedger,
} from '../shared/ledger.ts';
import { loadDestinations } from '../shared/loadDestinations.ts';
import { announce } from '../shared/openLineage/announce.ts';
import { outcomeOf } from '../shared/outcomeOf.ts';
import { readPlan } from '../shared/readPlan.ts';
import { tellMetabase } from './tellMetabase.ts';

export interface Refreshed {
  readonly run: string;
  /** Why the dashboards in Metabase were not applied. */
  readonly metabase?: string;
}

/**
 * Closes a run that is published: copies in databases, dashboards, ledger, `ops` tables,
 * lock.
 */
export const refresh = handler<RunEvent, Refreshed>(
  'refresh',
  ['pipeline', 'run', 'period', 'execution'],
  (platform) => async (event) => {
    const { pipeline, run, period, execution, options } = event;
    const startedAt = platform.clock.now();
    const outcome = await outcomeOf(platform, event, true);
    // What came with the project is no data for a database of one's own.
    const plan =
      inputKind(options) === 'sample'
        ? undefined
        : await readPlan(platform, pipeline, run);
    let ledger = await readLedger(platform, pipeline, run);
    if (plan?.destinations) {
      const report = await loadDestinations(platform, plan, run, ledger);
      ledger = await updateLedger(platform, event, () => report);
    }
    const metabase = await tellMetabase(platform, pipeline);
    if (metabase !== undefined)
      ledger = await updateLedger(platform, event, ({ notices = [] }) => ({
        notices: [...notices, metabase],
      }));
    const notices = ledger
      ? await announce(platform, ledger, 'COMPLETE')
      : undefined;
    const use = await jobUse(platform, ledger);
    await closeRun(platform, event, (before) => ({
      ...ended(platform, before, outcome),
      ...notices,
      ...use,
      steps: [...before.steps, stepSince(platform, 'refresh', startedAt)],
    }));
    const name = keys.runLock(pipeline, period.label);
    await platform.locks.release(name, execution.id);
    return { run, ...(metabase !== undefined && { metabase }) };
  },
);
