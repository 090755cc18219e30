import { GlueClient } from '@aws-sdk/client-glue';
import { readJobRun, tellEnd } from '../../platform/aws/glueJobEnds.ts';
import { lambda } from '../shared/lambda.ts';
import { closeJob } from './handler.ts';

const client = new GlueClient({});

export const handler = lambda('close-job', ({ platform, logger }) =>
  closeJob(async ({ jobName, jobRunId }) => {
    const run = await readJobRun(client, jobName, jobRunId);
    const told = run && (await tellEnd(platform.callbacks, run));
    logger.info('a run of the job ended', { jobRunId, told });
    return told;
  })(platform),
);
