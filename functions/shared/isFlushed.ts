import type { Platform } from '../../platform/ports.ts';
import { keys } from './keys.ts';

/**
 * Whether what a run landed outlives a power failure. The engine's output is
 * written after the flush; a run without one may have ended before.
 */
export const isFlushed = async (
  { store }: Pick<Platform, 'store'>,
  pipeline: string,
  run: string,
): Promise<boolean> =>
  store.isLasting ||
  (await store.read(keys.output(pipeline, run))) !== undefined;
