import { lambda } from '../shared/lambda.ts';
import { refresh } from './handler.ts';

export const handler = lambda('refresh', ({ platform }) => refresh(platform));
