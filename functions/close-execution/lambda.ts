import { lambda } from '../shared/lambda.ts';
import { runId } from '../shared/runId.ts';

/** Step Functions Execution Status Change, as EventBridge tells it. */
export interface ExecutionStatusChange {
  readonly detail: {
    readonly executionArn: string;
    /** Milliseconds since 1970. */
    readonly startDate: number;
    readonly status: string;
  };
}

/**
 * Ends the job of an execution that no `Catch` saw the end of. Its ledger is
 * left to the reconciler: a Lambda of a stopped execution goes on for a while,
 * and may even publish.
 */
export const handler = lambda(
  'close-execution',
  ({ platform, logger }) =>
    async ({ detail }: ExecutionStatusChange) => {
      const { executionArn: id, startDate, status } = detail;
      const run = runId({ id, startedAt: new Date(startDate).toISOString() });
      await platform.jobs.abort(run);
      logger.warn('an execution did not end well', { run, id, status });
      return { run };
    },
);
