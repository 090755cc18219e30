import pLimit from 'p-limit';
import type { BackfillOrder } from '../functions/backfill/handler.ts';
import type { RunOptions } from '../functions/shared/events.ts';
import type { Platform } from '../platform/ports.ts';
import { dollarsText } from './output/dollarsText.ts';
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
  /** What all may cost together, and what one probably will, in dollars. */
  readonly budget?: { readonly dollars: number; readonly perRun: number };
  readonly onEnd?: (outcome: PeriodOutcome) => void;
  /** How one is run, where not on this machine. */
  readonly runOne?: (period: string) => Promise<RunOutcome>;
}

/**
 * Keeps the accounts of runs side by side: what was spent, and for those that go
 * on what they probably will.
 */
export const accounts = ({ budget }: Pick<PeriodRuns, 'budget'>) => {
  let spent = 0;
  let ended = 0;
  let going = 0;
  const perRun = () =>
    Math.max(budget?.perRun ?? 0, ended > 0 ? spent / ended : 0);
  return {
    /** Why there is no money for another one. */
    refuse: (): string | undefined => {
      if (!budget) return undefined;
      const next = spent + (going + 1) * perRun();
      return next > budget.dollars + 1e-12
        ? `the budget of $${budget.dollars} would be exceeded: ` +
            `${dollarsText(spent)} spent, with it ${dollarsText(next)}`
        : undefined;
    },
    begin: () => {
      going += 1;
    },
    end: ({ ledger }: RunOutcome) => {
      going -= 1;
      ended += 1;
      spent += ledger?.cost?.dollars ?? 0;
    },
  };
};

/** Runs a pipeline for several periods. @returns an outcome for each period. */
export const runPeriods = async (
  platform: Platform,
  runs: PeriodRuns,
): Promise<PeriodOutcome[]> => {
  const { pipeline, periods, order, parallel, options, stop, onEnd } = runs;
  const limit = pLimit(order === 'any' ? parallel : 1);
  const account = accounts(runs);
  let failed: string | undefined;
  const runOne = async (period: string): Promise<PeriodOutcome> => {
    if (stop?.aborted) return { period, notStarted: 'stopped before it began' };
    if (order === 'chained' && failed !== undefined)
      return { period, notStarted: `it follows ${failed}, which failed` };
    const short = account.refuse();
    if (short !== undefined) return { period, notStarted: short };
    account.begin();
    const outcome = await (runs.runOne?.(period) ??
      runOnce(platform, pipeline, period, options));
    account.end(outcome);
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
