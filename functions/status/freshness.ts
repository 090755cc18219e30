import { lastComplete } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';
import type { Ledger } from '../shared/ledger.ts';
import type { Starts } from '../shared/starts.ts';

/** Whether readers have what the pipeline's SLA promises them. */
export interface Freshness {
  /** When the newest period was published last. */
  readonly publishedAt?: string;
  /** Of which period. */
  readonly period?: string;
  readonly slaSeconds?: number;
  /** The last start whose run had to be published by now. */
  readonly dueStart?: string;
  /** When it had to be published. */
  readonly deadline?: string;
  readonly isLate: boolean;
}

/** The last run of the newest period. */
const newestOf = (good: readonly Ledger[]): Ledger | undefined =>
  good.reduce<Ledger | undefined>(
    (best, run) => (best && best.period > run.period ? best : run),
    undefined,
  );

/**
 * Freshness is met where the newest period that is published is the one that
 * was due, or was run after the start that was due: recorded input may be older
 * than the calendar.
 * @param good the runs that ended well, oldest first.
 */
export const freshnessOf = (
  plan: Plan,
  starts: Starts,
  good: readonly Ledger[],
  now: Date,
): Freshness => {
  const newest = newestOf(good);
  const known = newest && {
    period: newest.period,
    ...(newest.endedAt !== undefined && { publishedAt: newest.endedAt }),
  };
  const { slaSeconds, startDate } = plan;
  if (slaSeconds === undefined) return { ...known, isLate: false };
  const slaMs = slaSeconds * 1000;
  const start = starts.previous(new Date(now.getTime() - slaMs + 1));
  const due = start && lastComplete(plan.period, start);
  const isDue =
    due !== undefined && (startDate === undefined || due.last >= startDate);
  if (!start || !isDue) return { ...known, slaSeconds, isLate: false };
  const isFresh =
    newest !== undefined &&
    (newest.period >= due.label || new Date(newest.startedAt) >= start);
  return {
    ...known,
    slaSeconds,
    dueStart: start.toISOString(),
    deadline: new Date(start.getTime() + slaMs).toISOString(),
    isLate: !isFresh,
  };
};
