import type { Platform } from '../../platform/ports.ts';
import { keys } from './keys.ts';

/**
 * Whether what a run landed outlives a power failure, for sure: the output of
 * its engine is written after the flush.
 */
export const isFlushed = async (
  { store }: Pick<Platform, 'store'>,
  { pipeline, run }: { readonly pipeline: string; readonly run: string },
): Promise<boolean> =>
  store.isLasting ||
  (await store.read(keys.output(pipeline, run))) !== undefined;
