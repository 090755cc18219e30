import type { RunOptions } from '../../functions/shared/events.ts';
import type { Platform } from '../../platform/ports.ts';
import type { Jobs } from './jobs.ts';
import type { PublishedLake } from './publishedLake.ts';

/** All that the console's pages are made of. */
export interface ConsoleContext {
  readonly platform: Platform;
  /** The lake's folder, absolute. */
  readonly folder: string;
  readonly lake: PublishedLake;
  readonly jobs: Jobs;
  /** What runs from a page take their input from. */
  readonly runOptions: RunOptions;
}
