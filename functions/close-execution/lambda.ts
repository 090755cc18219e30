import type { Detailed } from '../shared/detailHandler.ts';
import { lambda } from '../shared/lambda.ts';
import { closeExecution, type ExecutionStatusChange } from './handler.ts';

export const handler = lambda(
  'close-execution',
  ({ platform, logger }) =>
    async (event: Detailed<ExecutionStatusChange>) => {
      const { run, isEnded } = await closeExecution(platform)(event);
      const { executionArn: id, status } = event.detail;
      if (isEnded)
        logger.warn('an execution did not end well', { run, id, status });
      else logger.info('nothing to end', { run, id, status });
      return { run, isEnded };
    },
);
