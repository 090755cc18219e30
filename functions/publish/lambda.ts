import { lambda } from '../shared/lambda.ts';
import { publish } from './handler.ts';

export const handler = lambda('publish', ({ platform }) => publish(platform));
