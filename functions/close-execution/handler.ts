import { detailHandler } from '../shared/detailHandler.ts';
import { runId } from '../shared/runId.ts';

/** Step Functions Execution Status Change, as EventBridge tells it. */
export interface ExecutionStatusChange {
  readonly executionArn: string;
  /** Milliseconds since 1970. */
  readonly startDate: number;
  readonly status: string;
}

export interface ClosedExecution {
  readonly run: string;
  /** Whether its job was ended, where it was alive. */
  readonly isEnded: boolean;
}

/** An execution that has one of these is over, and left its job behind. */
const ENDED_BADLY = ['ABORTED', 'TIMED_OUT', 'FAILED'];

const timeOf = (startDate: number): string => {
  const date = new Date(startDate);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new TypeError(
    `close-execution: startDate is ${startDate}: it must be a time in milliseconds`,
  );
};

/**
 * Ends the job of an execution that no `Catch` saw the end of. Its ledger is
 * left to the reconciler: a Lambda of a stopped execution goes on for a while,
 * and may even publish. Any other status is none of its business.
 */
export const closeExecution = detailHandler<
  ExecutionStatusChange,
  ClosedExecution
>(
  'close-execution',
  ['executionArn', 'startDate', 'status'],
  (platform) =>
    async ({ executionArn: id, startDate, status }) => {
      const run = runId({ id, startedAt: timeOf(startDate) });
      const isEnded = ENDED_BADLY.includes(status);
      if (isEnded) await platform.jobs.abort(run);
      return { run, isEnded };
    },
);
