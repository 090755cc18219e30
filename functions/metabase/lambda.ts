import { settingsOf } from '../../platform/aws/settings.ts';
import { lambda } from '../shared/lambda.ts';
import { type MetabaseEvent, metabase } from './handler.ts';

/** What may be asked; what is left out is all pipelines, and the stage's own. */
export type MetabaseRequest = Partial<
  Pick<MetabaseEvent, 'pipelines' | 'dryRun' | 'force' | 'waitMs'>
>;

/** Applies dashboards, by a schedule, after a publish, or by hand. */
export const handler = lambda(
  'metabase',
  ({ platform, logger }) =>
    async (request: MetabaseRequest) => {
      const { pipelines, dryRun, force, waitMs } = request;
      const result = await metabase(platform)({
        pipelines: pipelines ?? (await platform.definitions.names()),
        url: settingsOf(process.env).metabaseUrl,
        secret: 'metabase',
        ...(dryRun !== undefined && { dryRun }),
        ...(force !== undefined && { force }),
        ...(waitMs !== undefined && { waitMs }),
      });
      logger.info('dashboards are as defined', { ...result });
      return result;
    },
);
