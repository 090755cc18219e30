import { PRICES } from '../../core/price/priceBook.ts';
import type { EngineFacts } from '../ports.ts';

/** Two workers of G.1X, the fewest, a DPU each. */
const GLUE_DOLLARS_PER_HOUR = 2 * PRICES.glueDpu.dollars;

/** The memory of the function that transforms, as it is deployed. */
const TRANSFORM_GB = 3;

/**
 * The engines of a stage. The speeds are guesses on the safe side, from a
 * laptop's: they choose an engine and promise nothing.
 */
export const awsEngines: readonly EngineFacts[] = [
  {
    name: 'duckdb',
    startSeconds: 2,
    bytesPerSecond: 20e6,
    dollarsPerHour: 3600 * TRANSFORM_GB * PRICES.lambdaArm.dollars,
    // Input, spill and output share 10 GB of disk.
    maxBytes: 2.5e9,
    // A Lambda has 900 s, and the guess may be wrong by a half.
    maxSeconds: 450,
  },
  {
    name: 'spark',
    startSeconds: 60,
    bytesPerSecond: 60e6,
    dollarsPerHour: GLUE_DOLLARS_PER_HOUR,
  },
];
