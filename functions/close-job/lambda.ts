import { GlueClient } from '@aws-sdk/client-glue';
import { readJobRun, tellEnd } from '../../platform/aws/glueJobEnds.ts';
import { lambda } from '../shared/lambda.ts';

/** Glue Job State Change, as EventBridge tells it. */
export interface JobStateChange {
  readonly detail: { readonly jobName: string; readonly jobRunId: string };
}

const client = new GlueClient({});

/** Closes the state that waits for a job which can tell nothing any more. */
export const handler = lambda(
  'close-job',
  ({ platform, logger }) =>
    async ({ detail: { jobName, jobRunId } }: JobStateChange) => {
      const run = await readJobRun(client, jobName, jobRunId);
      const told = run && (await tellEnd(platform.callbacks, run));
      logger.info('a run of the job ended', { jobRunId, told });
      return { told };
    },
);
