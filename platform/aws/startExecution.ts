import { createHash } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

export interface StartedExecution {
  readonly execution: string;
  /** False where the same event had started it before. */
  readonly isNew: boolean;
}

/** The name of an execution: unlike for unlike events, at most 80 letters. */
const nameOf = (pipeline: string, event: string) => {
  const digest = createHash('sha256').update(event).digest('hex');
  return `${pipeline.slice(0, 40)}-${digest.slice(0, 32)}`;
};

/**
 * Starts the state machine. Step Functions takes a name once in 90 days, so
 * that an event which comes twice starts one execution.
 * @param event what tells it from any other event.
 */
export const startExecution = async (
  stateMachineArn: string,
  pipeline: string,
  event: string,
  input: object,
  client: SFNClient = new SFNClient({}),
): Promise<StartedExecution> => {
  const name = nameOf(pipeline, event);
  try {
    const { executionArn = '' } = await client.send(
      new StartExecutionCommand({
        stateMachineArn,
        name,
        input: JSON.stringify(input),
      }),
    );
    return { execution: executionArn, isNew: true };
  } catch (error) {
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    const machine = stateMachineArn.replace(':stateMachine:', ':execution:');
    return { execution: `${machine}:${name}`, isNew: false };
  }
};
