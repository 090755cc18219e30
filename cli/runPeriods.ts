import pLimit from 'p-limit';
import type { BackfillOrder } from '../functions/backfill/handler.ts';
import type { RunOptions } from '../functions/shared/events.ts';
import type { Platform } from '../platform/ports.ts';
import { type RunOutcome, runOnce } from './runOnce.ts';

/** A period's run; or why it was not started. */
export type PeriodOutcome =
  | (RunOutcome & { readonly period: string })
  | { readonly period: string; readonly notStarted: string };

export const hasRun = (
  outcome: PeriodOutcome,
): outcome is RunOutcome & { readonly period: string } => 'result' in outcome;

export interface PeriodRuns {
  readonly pipeline: string;
  /** In order. */
  readonly periods: readonly string[];
  readonly order: BackfillOrder['kind'];
  /** How many at once, where the order allows it. */
  readonly parallel: number;
  readonly options: RunOptions;
  /** Where it is aborted, what runs goes on to its end and no more is begun. */
  readonly stop?: AbortSignal;
  readonly onEnd?: (outcome: PeriodOutcome) => void;
}

/** Runs a pipeline for several periods. @returns an outcome for each period. */
export const runPeriods = async (
  platform: Platform,
  runs: PeriodRuns,
): Promise<PeriodOutcome[]> => {
  const { pipeline, periods, order, parallel, options, stop, onEnd } = runs;
  const limit = pLimit(order === 'any' ? parallel : 1);
  let failed: string | undefined;
  const runOne = async (period: string): Promise<PeriodOutcome> => {
    if (stop?.aborted) return { period, notStarted: 'stopped before it began' };
    if (order === 'chained' && failed !== undefined)
      return { period, notStarted: `it follows ${failed}, which failed` };
    const outcome = await runOnce(platform, pipeline, period, options);
    if (outcome.result.error) failed ??= period;
    return { ...outcome, period };
  };
  return Promise.all(
    periods.map((period) =>
      limit(async () => {
        const outcome = await runOne(period);
        onEnd?.(outcome);
        return outcome;
      }),
    ),
  );
};
