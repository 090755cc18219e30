import { settingsOf } from '../../platform/aws/settings.ts';
import { lambda } from '../shared/lambda.ts';
import { watch, watchMetrics } from './handler.ts';

/** Measures what the alarms ring by, and tells people. */
export const handler = lambda('watch', ({ platform, logger }) => async () => {
  const budget = Number(settingsOf(process.env).monthlyBudget);
  const watched = await watch(platform)({ budget });
  const { late, slow, notices } = watched;
  if (late.length + slow.length + notices.length > 0)
    logger.warn('pipelines are late or slow', { ...watched });
  platform.meter?.measure(watchMetrics(watched));
  return watched;
});
