import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { TokenError } from '../../core/errors.ts';
import type { Callbacks } from '../ports.ts';

/** Limits of Step Functions' API. */
const NAME_CHARS = 256;
const MESSAGE_CHARS = 32_768;

const EXPIRED = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

const orTokenError = (error: unknown): never => {
  if (!EXPIRED.includes((error as Error).name)) throw error;
  const message = 'nobody waits for the task token any more';
  throw new TokenError(message, {}, { cause: error });
};

/** The tokens of Step Functions. */
export const awsCallbacks = (client: SFNClient): Callbacks => ({
  succeed: async (taskToken, output) => {
    await client
      .send(
        new SendTaskSuccessCommand({
          taskToken,
          output: JSON.stringify(output ?? null),
        }),
      )
      .catch(orTokenError);
  },
  fail: async (taskToken, { name, message }) => {
    await client
      .send(
        new SendTaskFailureCommand({
          taskToken,
          error: name.slice(0, NAME_CHARS),
          cause: message.slice(0, MESSAGE_CHARS),
        }),
      )
      .catch(orTokenError);
  },
  beat: async (taskToken) => {
    await client
      .send(new SendTaskHeartbeatCommand({ taskToken }))
      .catch(orTokenError);
  },
});
