import { endOfPeriod, lastComplete, periodAfter } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';
import type { Starts } from '../../functions/shared/starts.ts';

/** A run that a start of the schedule calls for. */
export interface DueRun {
  /** When it was to start. */
  readonly start: Date;
  /** Its period; `null` for the date that the recording carries. */
  readonly date: string | null;
}

/** A run that was begun, for whatever reason. */
export interface BegunRun {
  readonly period: string;
  readonly startedAt: string;
}

export interface DueQuestion {
  readonly plan: Plan;
  readonly starts: Starts;
  /** Those that were not killed: a start that was cut off is still due. */
  readonly begun: readonly BegunRun[];
  /** Whether all input is recorded, and of one date. */
  readonly isPinned: boolean;
  /** When the scheduler began, or looked last. */
  readonly since: Date;
  /** Whether it has just begun, and what was missed before is due, too. */
  readonly isFirst: boolean;
  /** Whether it looks once and ends: then the last start is due, if none was. */
  readonly isOnce?: boolean;
  readonly now: Date;
}

const hasPeriods = ({ sources }: Plan) =>
  sources.some(({ scope }) => scope === 'period');

/** The last run of the newest period: a backfill of old ones is no start. */
const newestOf = (begun: readonly BegunRun[], byPeriod: boolean) =>
  begun.reduce<BegunRun | undefined>((best, run) => {
    if (!best) return run;
    const [a, b] = byPeriod
      ? [best.period, run.period]
      : [best.startedAt, run.startedAt];
    return a > b ? best : run;
  }, undefined);

/** The moment after which starts were not attended to. */
const attendedUntil = (question: DueQuestion, byPeriod: boolean): Date => {
  const { plan, begun, since, isFirst, isOnce, starts, now } = question;
  // What a clock that was ahead wrote down says nothing of the starts since.
  const believed = begun.filter(({ startedAt }) => new Date(startedAt) <= now);
  const newest = newestOf(believed, byPeriod);
  const last = newest && new Date(newest.startedAt);
  if (!isFirst) return last && last > since ? last : since;
  if (last) return last;
  if (plan.startDate !== undefined) return new Date(plan.startDate);
  const start = isOnce
    ? starts.previous(new Date(now.getTime() + 1))
    : undefined;
  return start ? new Date(start.getTime() - 1) : since;
};

const everyPeriod = (question: DueQuestion): DueRun[] => {
  const { plan, starts, now } = question;
  const found: DueRun[] = [];
  let start = starts.next(attendedUntil(question, true));
  while (start && start <= now) {
    const period = lastComplete(plan.period, start);
    if (plan.startDate === undefined || period.last >= plan.startDate)
      found.push({ start, date: period.label });
    // Of several starts for one period, the first that was missed will do.
    const over = endOfPeriod(periodAfter(period)).getTime();
    start = starts.next(new Date(Math.max(start.getTime(), over - 1)));
  }
  return found;
};

/**
 * The runs that are due by a schedule, in order. Where periods have input of
 * their own, one for each period whose start was missed; else one run, as it
 * sees all that those missed would have seen.
 */
export const dueRuns = (question: DueQuestion): DueRun[] => {
  const { plan, starts, now, isPinned } = question;
  if (hasPeriods(plan) && !isPinned) return everyPeriod(question);
  const start = starts.previous(new Date(now.getTime() + 1));
  if (!start || start <= attendedUntil(question, false)) return [];
  const date = isPinned ? null : lastComplete(plan.period, start).label;
  return [{ start, date }];
};
