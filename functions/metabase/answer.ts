import { MetabaseAwayError } from '../../core/errors.ts';
import type { Platform } from '../../platform/ports.ts';
import {
  type MetabaseEvent,
  type MetabaseResult,
  metabase,
} from './handler.ts';

/** What may be asked; what is left out is all pipelines, and the stage's own. */
export type MetabaseRequest = Partial<
  Pick<MetabaseEvent, 'pipelines' | 'dryRun' | 'force' | 'prune' | 'waitMs'>
>;

/** Why nothing was applied. */
export interface MetabaseAway {
  readonly away: string;
}

/**
 * Applies dashboards. Who does not wait, as a run that publishes at night, is
 * told that Metabase is away: that is no fault, and so rings no alarm. The
 * schedule after waking waits, and fails where it does not come.
 */
export const answerMetabase = async (
  platform: Platform,
  request: MetabaseRequest,
  server: Pick<MetabaseEvent, 'url' | 'secret'>,
): Promise<MetabaseResult | MetabaseAway> => {
  const { pipelines, ...options } = request;
  const event = {
    ...{ ...options, ...server },
    pipelines: pipelines ?? (await platform.definitions.names()),
  };
  try {
    return await metabase(platform)(event);
  } catch (error) {
    if (request.waitMs === 0 && error instanceof MetabaseAwayError)
      return { away: error.message };
    throw error;
  }
};
