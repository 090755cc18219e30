import type { Platform } from '../../platform/ports.ts';
import type { RunOptions } from './events.ts';

/** The folder that stands in for all sources of a pipeline. */
export const recordingFolder = async (
  { definitions }: Pick<Platform, 'definitions'>,
  pipeline: string,
  { replay }: RunOptions,
): Promise<string> =>
  replay === undefined
    ? definitions.sample(pipeline)
    : definitions.recording(pipeline, replay);
