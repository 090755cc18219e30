import { lambda } from '../shared/lambda.ts';
import { startJob } from './handler.ts';

export const handler = lambda('start-job', ({ platform }) =>
  startJob(platform),
);
