import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The parts of the bench, in their order. */
export const PARTS = [
  'samples',
  'files',
  'replay',
  'console',
  'http',
  'mysql',
  'spark',
] as const;
export type BenchPart = (typeof PARTS)[number];

/** What takes a quarter of an hour, and fetches 320 MB, has to be asked for. */
const BY_DEFAULT = PARTS.filter((part) => part !== 'spark');

export interface BenchOptions {
  readonly only: readonly BenchPart[];
  /** The recording to replay; absent where there is none. */
  readonly replay?: string;
  readonly runs: number;
  /** Generated loans of the part `spark`. */
  readonly rows: number;
  readonly json: boolean;
}

const DEFAULT_REPLAY = fileURLToPath(
  new URL('../../shared/data', import.meta.url),
);
const RUNS = 5;
const ROWS = 10_000_000;

export const USAGE = `npm run bench -- [options]

  --replay DIR   the recordings of all pipelines (default ../shared/data)
  --only PARTS   some of ${PARTS.join(', ')}, by comma (default all but spark)
  --runs N       counted runs of each side (default ${RUNS})
  --rows N       generated loans of spark (default ${ROWS})
  --json         print JSON for machines`;

const partsOf = (text: string | undefined): readonly BenchPart[] => {
  if (text === undefined) return BY_DEFAULT;
  const wanted = text.split(',');
  const unknown = wanted.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined)
    throw new Error(`--only ${unknown}: write some of ${PARTS.join(', ')}`);
  return PARTS.filter((part) => wanted.includes(part));
};

/** @throws Error in words for the reader where an option is wrong. */
export const readOptions = (args: readonly string[]): BenchOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      replay: { type: 'string' },
      runs: { type: 'string', default: String(RUNS) },
      rows: { type: 'string', default: String(ROWS) },
      json: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs ${values.runs}: write a whole number above 0`);
  const rows = Number(values.rows);
  if (!Number.isInteger(rows) || rows < 1)
    throw new Error(`--rows ${values.rows}: write a whole number above 0`);
  const only = partsOf(values.only);
  const { json } = values;
  const replay = resolve(values.replay ?? DEFAULT_REPLAY);
  if (existsSync(replay)) return { only, replay, runs, rows, json };
  if (values.replay !== undefined)
    throw new Error(`--replay: there is no folder ${replay}`);
  return { only, runs, rows, json };
};
