import { SourceError, UsageError, within } from '../../core/errors.ts';
import { lastComplete, type Period, periodOf } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';
import { roundDollars } from '../../core/price/priceUsage.ts';
import type { Platform } from '../../platform/ports.ts';
import { isRecorded } from '../fetch/findRecorded.ts';
import { inputKind, type RunOptions } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { type PeriodStates, readPeriodStates } from '../shared/periodStates.ts';
import { quoteRun, type RunQuote } from '../shared/quoteRun.ts';
import { dateOf, type Recording, readRecording } from '../shared/recording.ts';
import { recordingFolder } from '../shared/recordingFolder.ts';
import { type BackfillPeriod, choosePeriods } from './choosePeriods.ts';

export interface BackfillEvent {
  readonly pipeline: string;
  /** A day or a month. Default: the start date of the pipeline. */
  readonly from?: string;
  /** Default: the recording's last period, or the last complete one. */
  readonly to?: string;
  /** Also the periods that are published. */
  readonly force?: boolean;
  /** The most that all runs together may cost, in dollars. */
  readonly budget?: number;
  readonly options: RunOptions;
}

/**
 * How the runs of a backfill may follow each other. `any`: side by side.
 * `ascending`: one after the other. `chained`: and none after one that failed.
 */
export interface BackfillOrder {
  readonly kind: 'any' | 'ascending' | 'chained';
  readonly why: string;
}

/** What a backfill would run. */
export interface Backfill {
  readonly pipeline: string;
  readonly order: BackfillOrder;
  /** All periods of the range, in order. */
  readonly periods: readonly BackfillPeriod[];
  /** What one run takes, where anything tells it. */
  readonly quote?: RunQuote;
}

const orderOf = ({ dependsOnPast, sources, tables }: Plan): BackfillOrder => {
  const has = (of: string) => sources.some(({ scope }) => scope === of);
  if (dependsOnPast)
    return { kind: 'chained', why: 'each period depends on the one before' };
  if (has('changes'))
    return { kind: 'chained', why: 'changes are read in their order' };
  if (!has('period'))
    return { kind: 'ascending', why: 'each run replaces the one before' };
  const merged = tables.find((t) => t.mode === 'merge' && !t.newest);
  return merged
    ? {
        kind: 'ascending',
        why: `each is merged into ${merged.name} as the one before left it`,
      }
    : { kind: 'any', why: 'periods do not depend on each other' };
};

/** Where nothing tells what a run takes, there is no quote. */
const quoteOf = (
  platform: Platform,
  plan: Plan,
  { options }: BackfillEvent,
  { runs }: PeriodStates,
): Promise<RunQuote | undefined> =>
  quoteRun(platform, plan, options, runs).catch((error: unknown) => {
    if (error instanceof SourceError) return undefined;
    throw error;
  });

/** Leaves out the periods that the budget is not enough for, the last ones. */
const withinBudget = (
  periods: readonly BackfillPeriod[],
  budget: number | undefined,
  quote: RunQuote | undefined,
): BackfillPeriod[] => {
  if (budget === undefined) return [...periods];
  if (!quote)
    throw new UsageError(
      'nothing tells what a run costs, so that a budget cannot be kept: run ' +
        'it once',
    );
  let runs = 0;
  return periods.map((one) => {
    if (one.action === 'skip') return one;
    runs += 1;
    const dollars = roundDollars(runs * quote.dollarsPerRun);
    return dollars <= budget
      ? one
      : {
          ...one,
          action: 'skip',
          isBeyondBudget: true,
          why: `beyond the budget of $${budget}: with it, $${dollars}`,
        };
  });
};

/** The periods that are to be run, in order. */
export const periodsToRun = ({
  periods,
}: Pick<Backfill, 'periods'>): string[] =>
  periods.flatMap(({ action, period }) => (action === 'run' ? [period] : []));

const rangeOf = (
  plan: Plan,
  { from = plan.startDate, to }: BackfillEvent,
  recording: Recording | undefined,
  now: Date,
): { readonly from: Period; readonly to: Period } => {
  if (from === undefined)
    throw new UsageError(
      'no start date is declared: say where to begin, with --from',
    );
  const first = periodOf(plan.period, from);
  const until = to ?? (recording && dateOf(recording));
  const last =
    until === undefined
      ? lastComplete(plan.period, now)
      : periodOf(plan.period, until);
  if (last.first < first.first)
    throw new UsageError(
      `the range ends with ${last.label}, before it begins with ${first.label}`,
    );
  return { from: first, to: last };
};

/**
 * Whether a period has files of its own, where their paths name the period.
 * Where each period needs the one before, a gap is a failure that is told.
 */
const isRecordedIn = ({ sources, dependsOnPast }: Plan, folder: string) => {
  const named = sources.filter(
    ({ scope, files }) => scope === 'period' && /\{(yyyy|MM|dd)\}/.test(files),
  );
  return (period: Period) =>
    dependsOnPast ||
    named.length === 0 ||
    named.some((source) => isRecorded(source, folder, period));
};

const inputOf = async (
  platform: Platform,
  { pipeline, options }: BackfillEvent,
): Promise<Recording | undefined> =>
  inputKind(options) === 'live'
    ? undefined
    : readRecording(await recordingFolder(platform, pipeline, options));

/**
 * Chooses the periods of a range that are to be run: those that are missing,
 * failed, were killed or rolled back. It runs none, so that it can be asked
 * again at any time, and a backfill that was stopped goes on by being repeated.
 * @throws UsageError for a range that cannot be read, or that has no beginning.
 */
export const backfill = handler<BackfillEvent, Backfill>(
  'backfill',
  ['pipeline', 'options'],
  (platform) => async (event) => {
    const { pipeline, options, force = false, budget } = event;
    const plan = await platform.definitions.plan(pipeline);
    const now = platform.clock.now();
    const recording = await inputOf(platform, event);
    try {
      const states = await readPeriodStates(platform, plan, options);
      const range = {
        plan,
        ...rangeOf(plan, event, recording, now),
        force,
        now,
        ...(recording && {
          recording,
          isRecorded: isRecordedIn(
            plan,
            await recordingFolder(platform, pipeline, options),
          ),
        }),
      };
      const quote = await quoteOf(platform, plan, event, states);
      return {
        pipeline,
        order: orderOf(plan),
        periods: withinBudget(
          await choosePeriods(states, range),
          budget,
          quote,
        ),
        ...(quote && { quote }),
      };
    } catch (error) {
      throw within(error, { pipeline });
    }
  },
  ['from', 'to', 'force', 'budget'],
);
