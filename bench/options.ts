import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** The recording to replay; absent where there is none. */
  readonly replay?: string;
  readonly runs: number;
  readonly json: boolean;
}

const DEFAULT_REPLAY = fileURLToPath(
  new URL('../../shared/data', import.meta.url),
);
const RUNS = 5;

export const USAGE = `npm run bench -- [options]

  --replay DIR   the recordings of all pipelines (default ../shared/data)
  --runs N       counted runs of each side (default ${RUNS})
  --json         print JSON for machines`;

/** @throws Error in words for the reader where an option is wrong. */
export const readOptions = (args: readonly string[]): BenchOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      replay: { type: 'string' },
      runs: { type: 'string', default: String(RUNS) },
      json: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs ${values.runs}: write a whole number above 0`);
  const replay = resolve(values.replay ?? DEFAULT_REPLAY);
  if (existsSync(replay)) return { replay, runs, json: values.json };
  if (values.replay !== undefined)
    throw new Error(`--replay: there is no folder ${replay}`);
  return { runs, json: values.json };
};
