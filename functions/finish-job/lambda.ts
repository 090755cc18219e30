import { lambda } from '../shared/lambda.ts';
import { finishJob } from './handler.ts';

export const handler = lambda('finish-job', ({ platform }) =>
  finishJob(platform),
);
