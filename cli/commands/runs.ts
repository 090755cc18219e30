import { type Ledger, readLedger } from '../../functions/shared/ledger.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { alignTable } from '../output/table.ts';

export interface RunsOptions extends CommonOptions {
  readonly limit: number;
}

/** The last runs, newest first; one whose process is gone is `killed`. */
export const lastRuns = async (
  platform: Platform,
  pipeline: string | undefined,
  limit: number,
): Promise<(Omit<Ledger, 'outcome'> & { readonly outcome: string })[]> => {
  const prefix = pipeline === undefined ? 'runs/' : `runs/${pipeline}/`;
  const keys = await platform.store.list(prefix);
  const last = keys
    .map((key) => key.slice(0, -'.json'.length).split('/').slice(-2))
    .sort(([, a = ''], [, b = '']) => (a < b ? 1 : -1))
    .slice(0, limit);
  const ledgers = await Promise.all(
    last.map(([name = '', run = '']) => readLedger(platform, name, run)),
  );
  return Promise.all(
    ledgers
      .filter((ledger) => ledger !== undefined)
      .map(async (ledger) => {
        const isGone =
          ledger.outcome === 'running' &&
          !(await platform.executions.isRunning(ledger.execution));
        return isGone ? { ...ledger, outcome: 'killed' } : ledger;
      }),
  );
};

/** Lists what ran, when, how it ended and what it made. */
export const runsCommand = async (
  pipeline: string | undefined,
  options: RunsOptions,
): Promise<number> => {
  const platform = platformOf(options);
  if (pipeline !== undefined) await platform.definitions.plan(pipeline);
  const runs = await lastRuns(platform, pipeline, options.limit);
  if (options.json) console.log(JSON.stringify(runs, null, 1));
  else if (runs.length === 0)
    console.log(`Nothing ran in ${options.lake} yet: tributary run`);
  else
    console.log(
      alignTable(
        ['run', 'pipeline', 'period', 'outcome', 'seconds', 'rows', 'error'],
        runs.map((run) => [
          run.run,
          run.pipeline,
          run.period,
          run.outcome,
          run.seconds?.toFixed(2),
          run.tables.reduce((sum, { rows }) => sum + rows, 0),
          run.error?.message.split('\n')[0],
        ]),
      ),
    );
  return EXIT.ok;
};
