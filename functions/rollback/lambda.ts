import { lambda } from '../shared/lambda.ts';
import { type RollbackEvent, rollback } from './handler.ts';

export const handler = lambda(
  'rollback',
  ({ platform, execution }) =>
    (event: Omit<RollbackEvent, 'execution'>) =>
      rollback(platform)({ ...event, execution }),
);
