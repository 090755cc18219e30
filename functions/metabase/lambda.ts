import { settingsOf } from '../../platform/aws/settings.ts';
import { lambda } from '../shared/lambda.ts';
import { answerMetabase, type MetabaseRequest } from './answer.ts';

/** Applies dashboards, by a schedule, after a publish, or by hand. */
export const handler = lambda(
  'metabase',
  ({ platform, logger }) =>
    async (request: MetabaseRequest) => {
      const answer = await answerMetabase(platform, request, {
        url: settingsOf(process.env).metabaseUrl,
        secret: 'metabase',
      });
      logger.info(
        'away' in answer ? 'it is away' : 'dashboards are as defined',
        { ...answer },
      );
      return answer;
    },
);
