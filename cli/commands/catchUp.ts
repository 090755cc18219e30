import pLimit from 'p-limit';
import { UsageError } from '../../core/errors.ts';
import { backfill } from '../../functions/backfill/handler.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT } from '../context.ts';
import { reconcileRuns } from '../reconcileRuns.ts';
import {
  exitCodeOfRuns,
  type InputOptions,
  outcomeJson,
  outcomeLine,
  type RunOutcome,
  runOnce,
  runOptions,
} from '../runOnce.ts';
import { hasRun, type PeriodOutcome, runPeriods } from '../runPeriods.ts';
import { stopOnSignal } from '../stopOnSignal.ts';

export interface CatchUpOptions extends CommonOptions, InputOptions {
  readonly parallel?: number;
}

/** Of those named, all must say where they begin. */
const refuseEndless = async (platform: Platform, named: readonly string[]) => {
  for (const pipeline of named) {
    const { startDate } = await platform.definitions.plan(pipeline);
    if (startDate === undefined)
      throw new UsageError(
        'it declares no startDate to catch up from: use "tributary backfill ' +
          `${pipeline} --from …"`,
        { pipeline },
      );
  }
};

/**
 * Runs the periods of pipelines that are missing or failed since their start
 * dates. A pipeline without one is run once, as `run` does it.
 * @param named those that were asked for by name.
 */
export const catchUp = async (
  platform: Platform,
  pipelines: readonly string[],
  named: readonly string[],
  options: CatchUpOptions,
): Promise<number> => {
  await refuseEndless(platform, named);
  const input = runOptions(options);
  const limit = pLimit(options.parallel ?? (options.memory ? 1 : 4));
  const stop = stopOnSignal(() =>
    console.error('Stopping: what runs now is finished, no more is begun.'),
  );
  const tell = (outcome: RunOutcome) => {
    if (!options.json) console.log(outcomeLine(outcome));
    const { error } = outcome.result;
    if (error) console.error(`${error.name}: ${error.message}`);
  };
  const catchUpOne = async (pipeline: string): Promise<PeriodOutcome[]> => {
    const { startDate } = await platform.definitions.plan(pipeline);
    if (startDate === undefined) {
      if (stop.signal.aborted) return [];
      const outcome = await runOnce(platform, pipeline, null, input);
      tell(outcome);
      return [{ ...outcome, period: outcome.ledger?.period ?? '' }];
    }
    await reconcileRuns(platform, pipeline);
    const { periods, order } = await backfill(platform)({
      pipeline,
      options: input,
    });
    const missing = periods.filter(({ action }) => action === 'run');
    if (missing.length === 0 && !options.json)
      console.log(`${pipeline}: nothing is missing since ${startDate}`);
    return runPeriods(platform, {
      pipeline,
      periods: missing.map(({ period }) => period),
      order: order.kind,
      parallel: 1,
      options: input,
      stop: stop.signal,
      onEnd: (outcome) => {
        if (hasRun(outcome)) tell(outcome);
        else if (!options.json)
          console.log(
            `${pipeline} ${outcome.period}: not started: ${outcome.notStarted}`,
          );
      },
    });
  };
  const outcomes = await Promise.all(
    pipelines.map((pipeline) => limit(() => catchUpOne(pipeline))),
  );
  stop.release();
  const ran = outcomes.flat().filter(hasRun);
  if (options.json)
    console.log(JSON.stringify({ runs: ran.map(outcomeJson) }, null, 1));
  const isCut = stop.signal.aborted && !outcomes.flat().every(hasRun);
  return isCut ? EXIT.stopped : exitCodeOfRuns(ran);
};
