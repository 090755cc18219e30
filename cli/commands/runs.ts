import type { Ledger, Outcome } from '../../functions/shared/ledger.ts';
import { outcomeNow } from '../../functions/shared/outcomeNow.ts';
import { readLedgers } from '../../functions/shared/readLedgers.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { alignTable } from '../output/table.ts';
import { stageOf } from '../stage/commands.ts';
import { rethrow } from '../stage/errors.ts';

export interface RunsOptions extends CommonOptions {
  readonly limit: number;
}

/** A run as it stands now: open, and nobody works on it, is `killed`. */
export type RunNow = Omit<Ledger, 'outcome'> & {
  readonly outcome: Outcome | 'killed';
};

/** The last runs, newest first. */
export const lastRuns = async (
  platform: Platform,
  pipeline: string | undefined,
  limit: number,
): Promise<RunNow[]> => {
  const ledgers = await readLedgers(platform, pipeline, limit);
  return Promise.all(
    ledgers.reverse().map(async (ledger) => ({
      ...ledger,
      outcome: await outcomeNow(platform, ledger),
    })),
  );
};

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

const lineOf = (run: RunNow) => [
  run.run,
  run.pipeline,
  run.period,
  run.outcome,
  run.startedAt.slice(0, 19).replace('T', ' '),
  run.seconds?.toFixed(2),
  sum(run.sources.map(({ landed }) => landed)),
  sum(run.sources.map(({ quarantined }) => quarantined)),
  sum(run.tables.map(({ rows }) => rows)),
  run.error?.message.split('\n')[0],
];

/** Lists what ran, when, how it ended and what it made. */
export const runsCommand = async (
  pipeline: string | undefined,
  options: RunsOptions,
): Promise<number> => {
  const stage = await stageOf(options);
  const platform = stage?.platform ?? platformOf(options);
  if (pipeline !== undefined) await platform.definitions.plan(pipeline);
  const runs = await lastRuns(platform, pipeline, options.limit).catch(rethrow);
  const header = [
    ...['run', 'pipeline', 'period', 'outcome', 'started (UTC)', 'seconds'],
    ...['landed', 'quarantined', 'rows', 'error'],
  ];
  if (options.json) console.log(JSON.stringify(runs, null, 1));
  else if (runs.length === 0)
    console.log(
      `Nothing ran in ${stage?.name ?? options.lake} yet: tributary run`,
    );
  else console.log(alignTable(header, runs.map(lineOf)));
  return EXIT.ok;
};
