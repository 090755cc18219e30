import { lambda } from '../shared/lambda.ts';
import { fetch } from './handler.ts';

export const handler = lambda('fetch', ({ platform }) => fetch(platform));
