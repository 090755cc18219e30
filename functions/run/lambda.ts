import { randomUUID } from 'node:crypto';
import { recordingsPrefix } from '../../platform/aws/recordings.ts';
import { settingsOf } from '../../platform/aws/settings.ts';
import { startExecution } from '../../platform/aws/startExecution.ts';
import type { RunOptions, StartEvent } from '../shared/events.ts';
import { handler as step } from '../shared/handler.ts';
import { lambda } from '../shared/lambda.ts';

export interface RunRequest {
  readonly pipeline: string;
  /** The logical date. Default: the last complete period. */
  readonly date?: string;
  /** Default: live. `{}` takes the sample that lies in the landing bucket. */
  readonly options?: RunOptions;
  /** What tells one request from another; the same starts nothing twice. */
  readonly event?: string;
}

/** Starts a run, by a schedule or by hand; it does not wait for its end. */
export const handler = lambda('run', ({ platform }) =>
  step<RunRequest, object>(
    'run',
    ['pipeline'],
    ({ definitions }) =>
      async ({ pipeline, date, options, event = randomUUID() }) => {
        await definitions.plan(pipeline);
        if (options?.replay !== undefined) recordingsPrefix(options.replay);
        const { stateMachineArn } = settingsOf(process.env);
        const input: StartEvent = {
          pipeline,
          date: date ?? null,
          options: options ?? { live: true },
        };
        return startExecution(stateMachineArn, pipeline, event, input);
      },
    ['date', 'options', 'event'],
  )(platform),
);
