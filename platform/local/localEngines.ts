import { totalmem } from 'node:os';
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

/**
 * The engines of this machine, as measured on two cores: see docs/engines.md.
 * Both cost nothing here, so that DuckDB is taken as long as its memory, with
 * what it may spill, is good for the input.
 */
export const localEngines = (memory?: string): EngineFacts[] => [
  {
    name: 'duckdb',
    startSeconds: 0.2,
    bytesPerSecond: 100e6,
    dollarsPerHour: 0,
    maxBytes: 20 * (memory ? bytesOf(memory) : totalmem() * DUCKDB_SHARE),
  },
  {
    name: 'spark',
    startSeconds: 4,
    bytesPerSecond: 30e6,
    dollarsPerHour: 0,
  },
];
