import type { EngineName } from '../core/definePipeline.ts';

/** What an engine takes of one processor like that of the measure. */
export interface EngineSpeed {
  /** Seconds before the first byte, and after the last. */
  readonly start: number;
  /** Seconds for each MB that landed. */
  readonly perMegabyte: number;
}

/**
 * The line through the measures of docs/engines.json, which
 * `npm run engines -- --measure` takes; a test holds these to it.
 */
export const SPEEDS: Readonly<Record<EngineName, EngineSpeed>> = {
  duckdb: { start: 1.1, perMegabyte: 0.088 },
  spark: { start: 26, perMegabyte: 0.49 },
};

/** A processor of AWS is taken to be so much slower than that one. */
export const AWS_SLOWER = 2;
