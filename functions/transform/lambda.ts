import { lambda } from '../shared/lambda.ts';
import { transform } from './handler.ts';

export const handler = lambda('transform', ({ platform }) =>
  transform(platform),
);
