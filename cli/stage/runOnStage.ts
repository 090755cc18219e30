import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { RunOptions } from '../../functions/shared/events.ts';
import { readLedger } from '../../functions/shared/ledger.ts';
import { runId } from '../../functions/shared/runId.ts';
import type { RunOutcome } from '../runOnce.ts';
import { explainAws } from './errors.ts';
import type { Stage } from './openStage.ts';

const EVERY_MS = 2000;

/** Where a failed state puts its error: as JSON of a Lambda, or as text. */
const messageOf = (cause = ''): string => {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
};

/** Waits for the end of an execution of the state machine. */
const untilEnded = async (executionArn: string, everyMs: number) => {
  const client = new SFNClient({});
  for (;;) {
    const found = await client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (found.status !== 'RUNNING' && found.status !== 'PENDING_REDRIVE')
      return found;
    await sleep(everyMs);
  }
};

/**
 * Starts a run on a stage and waits for its end. To stop waiting stops nothing
 * there. It does not throw what the run fails with: the outcome has it.
 */
export const runOnStage = async (
  stage: Stage,
  pipeline: string,
  date: string | null,
  options: RunOptions,
  everyMs = EVERY_MS,
): Promise<RunOutcome> => {
  const { execution } = await stage.invoke<{ execution: string }>('run', {
    pipeline,
    ...(date !== null && { date }),
    options,
  });
  try {
    const ended = await untilEnded(execution, everyMs);
    const startedAt = (ended.startDate ?? new Date()).toISOString();
    const run = runId({ id: execution, startedAt });
    const ledger = await readLedger(stage.platform, pipeline, run);
    const isWell = ended.status === 'SUCCEEDED';
    const error = ledger?.error ?? {
      name: ended.error ?? 'StageError',
      message: messageOf(ended.cause) || `the execution ${ended.status}`,
    };
    return {
      pipeline,
      result: { run, ...(!isWell && { error }) },
      ...(ledger && { ledger }),
    };
  } catch (error) {
    throw explainAws(error);
  }
};
