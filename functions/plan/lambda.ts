import { lambda } from '../shared/lambda.ts';
import { plan } from './handler.ts';

export const handler = lambda('plan', ({ platform }) => plan(platform));
