import { lambda } from '../shared/lambda.ts';
import { backfill } from './handler.ts';

export const handler = lambda('backfill', ({ platform }) => backfill(platform));
