import type { RunEvent } from '../shared/events.ts';
import { lambda } from '../shared/lambda.ts';
import { refresh } from './handler.ts';

export const handler = lambda(
  'refresh',
  ({ platform, logger, metrics }) =>
    async (event: RunEvent) => {
      const result = await refresh(platform)(event);
      if (result.metabase !== undefined) {
        logger.warn(result.metabase);
        metrics.addMetric('MetabaseAway', 'Count', 1);
      }
      return result;
    },
);
