import { lambda } from '../shared/lambda.ts';
import { statusOfAll } from '../status/statusOfAll.ts';

/**
 * Measures what the alarms ring by: of how many pipelines the readers wait for
 * a period that is due, and how many took longer than they may.
 */
export const handler = lambda(
  'watch',
  ({ platform, logger, metrics }) =>
    async () => {
      const all = await statusOfAll(platform);
      const late = all.filter(({ freshness }) => freshness.isLate);
      for (const { pipeline, freshness } of late)
        logger.warn('the pipeline is late', { pipeline, freshness });
      const slow = all.filter(
        ({ freshness: { slaSeconds = Infinity }, last }) =>
          (last?.seconds ?? 0) > slaSeconds,
      );
      metrics.addMetric('FreshnessMissed', 'Count', late.length);
      metrics.addMetric('SlaExceeded', 'Count', slow.length);
      return { late: late.map(({ pipeline }) => pipeline) };
    },
);
