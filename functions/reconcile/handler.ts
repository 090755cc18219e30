import type { ExecutionInfo } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { withPublishLease } from '../shared/publishLease.ts';
import { openRuns, recoverRuns } from '../shared/recover.ts';
import { runId } from '../shared/runId.ts';

export interface ReconcileEvent {
  readonly pipeline: string;
  readonly execution: ExecutionInfo;
}

export interface Reconciled {
  /** The runs that were open, and are closed as what they came to. */
  readonly closed: readonly string[];
}

/**
 * Closes the runs of a pipeline whose executions died before their ends: the
 * next run of the same period would do so too, but it may never come.
 */
export const reconcile = handler<ReconcileEvent, Reconciled>(
  'reconcile',
  ['pipeline', 'execution'],
  (platform) =>
    async ({ pipeline, execution }) => {
      // Mostly there is nothing, and then nobody has to wait for the lease.
      if ((await openRuns(platform, pipeline)).length === 0)
        return { closed: [] };
      const closed = await withPublishLease(
        platform,
        { pipeline, run: runId(execution), execution: execution.id },
        () => recoverRuns(platform, pipeline),
      );
      return { closed };
    },
);
