import { lambda } from '../shared/lambda.ts';
import { type CleanEvent, clean } from './handler.ts';

export const handler = lambda(
  'clean',
  ({ platform, execution }) =>
    (event: Omit<CleanEvent, 'execution'>) =>
      clean(platform)({ ...event, execution }),
);
