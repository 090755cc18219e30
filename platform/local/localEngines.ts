import { availableParallelism, totalmem } from 'node:os';
import type { EngineName } from '../../core/definePipeline.ts';
import { SPEEDS } from '../engineSpeeds.ts';
import type { EngineFacts } from '../ports.ts';

/** `2GB` in bytes; a share of the machine's memory as well. */
const bytesOf = (memory: string): number => {
  const [, number = '0', unit = ''] =
    /^([\d.]+)\s*(%|[KMGT])/i.exec(memory) ?? [];
  if (unit === '%') return (totalmem() * Number(number)) / 100;
  return Number(number) * 1000 ** ('KMGT'.indexOf(unit.toUpperCase()) + 1);
};

/** DuckDB takes four fifths of the machine unless it is told otherwise. */
const DUCKDB_SHARE = 0.8;
/** So many times its memory it is good for, by what it spills. */
const SPILLED = 20;
/** More do not make a start shorter. */
const START_CORES = 2;

const factsOf = (name: EngineName, cores: number): EngineFacts => ({
  name,
  startSeconds: SPEEDS[name].start / Math.min(cores, START_CORES),
  bytesPerSecond: (cores * 1e6) / SPEEDS[name].perMegabyte,
  dollarsPerHour: 0,
});

/**
 * The engines of this machine, by their processor time: see docs/engines.md.
 * Both cost nothing here, so that DuckDB is taken as long as its memory, with
 * what it may spill, is good for the input.
 */
export const localEngines = (
  memory?: string,
  cores: number = availableParallelism(),
): EngineFacts[] => [
  {
    ...factsOf('duckdb', cores),
    maxBytes: SPILLED * (memory ? bytesOf(memory) : totalmem() * DUCKDB_SHARE),
  },
  factsOf('spark', cores),
];
