import {
  type Backfill,
  backfill,
  periodsToRun,
} from '../../functions/backfill/handler.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { quoteText } from '../output/quoteText.ts';
import { alignTable } from '../output/table.ts';
import { reconcileRuns } from '../reconcileRuns.ts';
import {
  exitCodeOfRuns,
  type InputOptions,
  outcomeJson,
  outcomeLine,
  runOptions,
} from '../runOnce.ts';
import { hasRun, type PeriodOutcome, runPeriods } from '../runPeriods.ts';
import { runThere, stageInput, stageOf } from '../stage/commands.ts';
import { stopOnSignal } from '../stopOnSignal.ts';
import { choosePipelines } from './choosePipelines.ts';

export interface BackfillCommandOptions extends CommonOptions, InputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly parallel?: number;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  /** In dollars. */
  readonly budget?: number;
}

/** What would be run, in a line. */
export const summary = (
  chosen: Backfill,
  parallel: number,
  isDryRun = false,
): string => {
  const { pipeline, periods, order, quote } = chosen;
  const runs = periodsToRun(chosen).length;
  const of = `${pipeline}: ${runs} of ${periods.length} periods to run`;
  if (runs === 0) {
    const [why, ...others] = new Set(periods.map((period) => period.why));
    if (others.length === 0) return `${of}: ${why}`;
    return isDryRun ? of : `${of}: --dry-run says why`;
  }
  const atOnce =
    order.kind === 'any'
      ? `${parallel} at once`
      : `one after the other (${order.why})`;
  return `${of}, ${atOnce}; ${quoteText(runs, order.kind === 'any' ? parallel : 1, quote)}`;
};

const printChoice = (chosen: Backfill, parallel: number) => {
  const rows = chosen.periods.map(({ period, action, why }) => [
    period,
    action,
    why,
  ]);
  console.log(alignTable(['period', 'action', 'why'], rows));
  console.log(summary(chosen, parallel, true));
};

/** Tells the end of each period, as it comes. */
const progressOf = (periods: number) => {
  let ended = 0;
  return (outcome: PeriodOutcome) => {
    if (!hasRun(outcome)) return;
    console.log(`[${++ended}/${periods}] ${outcomeLine(outcome)}`);
    const { error } = outcome.result;
    if (error) console.error(`${error.name}: ${error.message}`);
  };
};

const notStarted = (outcomes: readonly PeriodOutcome[]) =>
  outcomes.flatMap((outcome) => (hasRun(outcome) ? [] : [outcome]));

const printEnd = (outcomes: readonly PeriodOutcome[], seconds: number) => {
  const ran = outcomes.filter(hasRun);
  const failed = ran.filter(({ result }) => result.error).length;
  const left = notStarted(outcomes);
  const parts = [
    `${ran.length - failed} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(left.length > 0
      ? [`${left.length} not started: ${left[0]?.notStarted}`]
      : []),
  ];
  console.log(`${parts.join(', ')}, in ${seconds.toFixed(1)} s`);
  if (failed + left.length > 0) console.log('The same command goes on.');
};

const printJson = (chosen: Backfill, outcomes: readonly PeriodOutcome[]) => {
  const runs = outcomes.map((outcome) =>
    hasRun(outcome) ? outcomeJson(outcome) : outcome,
  );
  console.log(JSON.stringify({ ...chosen, runs }, null, 1));
};

/** What the runs may cost together, and each of them probably will. */
const budgetOf = ({ quote }: Backfill, dollars: number | undefined) =>
  dollars === undefined || !quote
    ? {}
    : { budget: { dollars, perRun: quote.dollarsPerRun } };

/** What is left undone for want of money is no success. */
const exitCodeOf = (
  { periods }: Backfill,
  outcomes: readonly PeriodOutcome[],
  isStopped: boolean,
): number => {
  const left = notStarted(outcomes).length;
  if (isStopped && left > 0) return EXIT.stopped;
  const code = exitCodeOfRuns(outcomes.filter(hasRun));
  const isShort = periods.some(({ isBeyondBudget }) => isBeyondBudget);
  return code === EXIT.ok && (isShort || left > 0) ? EXIT.failed : code;
};

/** Runs the periods of a range that are missing or failed. */
export const backfillCommand = async (
  pipeline: string,
  options: BackfillCommandOptions,
): Promise<number> => {
  const stage = await stageOf(options);
  const platform = stage?.platform ?? platformOf(options);
  await choosePipelines(platform, [pipeline], options);
  // On a stage a function does that, every quarter of an hour.
  if (!options.dryRun && !stage) await reconcileRuns(platform, pipeline);
  const { from, to, force, json, budget } = options;
  const input = stage ? stageInput(options) : runOptions(options);
  const event = {
    pipeline,
    options: input,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(force && { force }),
    ...(budget !== undefined && { budget }),
  };
  const chosen = stage
    ? await stage.invoke<Backfill>('backfill', event)
    : await backfill(platform)(event);
  const parallel = options.parallel ?? (options.memory ? 1 : 2);
  if (options.dryRun) {
    if (json) console.log(JSON.stringify(chosen, null, 1));
    else printChoice(chosen, parallel);
    return EXIT.ok;
  }
  const periods = periodsToRun(chosen);
  if (!json) console.log(summary(chosen, parallel));
  const stop = stopOnSignal(() =>
    console.error('Stopping: what runs now is finished, no more is begun.'),
  );
  const startedAt = performance.now();
  const outcomes = await runPeriods(platform, {
    pipeline,
    periods,
    order: chosen.order.kind,
    parallel,
    options: input,
    stop: stop.signal,
    ...budgetOf(chosen, budget),
    ...(stage && {
      runOne: (period: string) => runThere(stage, pipeline, period, input),
    }),
    ...(!json && { onEnd: progressOf(periods.length) }),
  });
  stop.release();
  if (json) printJson(chosen, outcomes);
  else if (periods.length > 0)
    printEnd(outcomes, (performance.now() - startedAt) / 1000);
  return exitCodeOf(chosen, outcomes, stop.signal.aborted);
};
