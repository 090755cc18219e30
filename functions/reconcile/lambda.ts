import { GlueClient } from '@aws-sdk/client-glue';
import {
  runsSince,
  tellEnd,
  tellQueued,
} from '../../platform/aws/glueJobEnds.ts';
import { settingsOf } from '../../platform/aws/settings.ts';
import { lambda } from '../shared/lambda.ts';
import { STAGE_METRICS } from '../shared/metrics.ts';
import { reconcile } from './handler.ts';

/** No state waits longer for its job. */
const LOOK_BACK_MS = 24 * 3_600_000;

const client = new GlueClient({});

/**
 * Tells the tokens that nobody told, and those of jobs in Glue's queue that all is
 * well; then closes what is open.
 */
export const handler = lambda(
  'reconcile',
  ({ platform, logger, execution }) =>
    async () => {
      const { glueJob } = settingsOf(process.env);
      const since = new Date(platform.clock.now().getTime() - LOOK_BACK_MS);
      const lost: string[] = [];
      for (const run of await runsSince(client, glueJob, since)) {
        await tellQueued(platform.callbacks, run);
        const told = await tellEnd(platform.callbacks, run);
        const isLost = told === 'succeeded' || told === 'failed';
        if (isLost && run.Id !== undefined) lost.push(run.Id);
      }
      const closed: string[] = [];
      for (const pipeline of await platform.definitions.names())
        closed.push(
          ...(await reconcile(platform)({ pipeline, execution })).closed,
        );
      if (lost.length > 0 || closed.length > 0)
        logger.warn('nobody else had closed these', { lost, closed });
      platform.meter?.measure([
        {
          name: STAGE_METRICS.callbacksLost,
          value: lost.length,
          unit: 'Count',
        },
      ]);
      return { lost, closed };
    },
);
