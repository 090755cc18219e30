import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Executions } from '../ports.ts';

/** No Lambda lives longer; then the clocks of two machines may differ. */
const LONGEST_MS = 15 * 60_000;
const SKEW_MS = 60_000;

const SCHEME = 'lambda:';

/**
 * The name of what a Lambda does by itself, outside of the state machine: it
 * runs no longer than that Lambda may.
 */
export const lambdaExecution = (requestId: string, now: Date): string =>
  `${SCHEME}${requestId}:${now.getTime() + LONGEST_MS}`;

/**
 * Executions of the state machine. What was stopped from outside may still have
 * a Lambda at work, so it counts as running until none can be alive.
 */
export const awsExecutions = (
  client: SFNClient,
  now: () => Date = () => new Date(),
): Executions => ({
  isRunning: async (execution) => {
    if (execution.startsWith(SCHEME)) {
      const until = Number(execution.slice(execution.lastIndexOf(':') + 1));
      return now().getTime() < until + SKEW_MS;
    }
    if (!execution.startsWith('arn:')) return false;
    try {
      const { status, stopDate } = await client.send(
        new DescribeExecutionCommand({ executionArn: execution }),
      );
      if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return true;
      const wasStopped = status === 'ABORTED' || status === 'TIMED_OUT';
      const stopped = stopDate?.getTime() ?? 0;
      return wasStopped && now().getTime() < stopped + LONGEST_MS + SKEW_MS;
    } catch (error) {
      // Step Functions forgets executions 90 days after their end.
      if ((error as Error).name === 'ExecutionDoesNotExist') return false;
      throw error;
    }
  },
});
