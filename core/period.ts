import { UsageError } from './errors.ts';

/** The span of time that one run is for. */
export type PeriodKind = 'day' | 'month' | 'snapshot';

/** A normalised period of a pipeline. Dates are `YYYY-MM-DD`, inclusive. */
export interface Period {
  readonly kind: PeriodKind;
  /** Its name: `2016-04` for a month, else `2016-04-30`. Sorts by time. */
  readonly label: string;
  readonly first: string;
  readonly last: string;
}

const iso = (date: Date) => date.toISOString().slice(0, 10);

/** @throws UsageError where the text is no day of the calendar. */
export const parseDay = (text: string): Date => {
  const day = new Date(`${text}T00:00:00Z`);
  if (
    !/^\d{4}-\d\d-\d\d$/.test(text) ||
    Number.isNaN(+day) ||
    iso(day) !== text
  )
    throw new UsageError(`"${text}" is not a date: write YYYY-MM-DD`);
  return day;
};

/** The period of the given kind in which a logical date (or `YYYY-MM`) lies. */
export const periodOf = (kind: PeriodKind, text: string): Period => {
  const whole = kind === 'month' && /^\d{4}-\d\d$/.test(text);
  const day = parseDay(whole ? `${text}-01` : text);
  if (kind !== 'month') {
    const label = iso(day);
    return { kind, label, first: label, last: label };
  }
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
  const first = iso(new Date(Date.UTC(year, month, 1)));
  const last = iso(new Date(Date.UTC(year, month + 1, 0)));
  return { kind, label: first.slice(0, 7), first, last };
};

const DAY_MS = 86_400_000;

const shifted = (day: string, days: number) =>
  iso(new Date(parseDay(day).getTime() + days * DAY_MS));

export const periodBefore = ({ kind, first }: Period): Period =>
  periodOf(kind, shifted(first, -1));

export const periodAfter = ({ kind, last }: Period): Period =>
  periodOf(kind, shifted(last, 1));

/** The moment at which a period is over (UTC). */
export const endOfPeriod = ({ last }: Period): Date =>
  parseDay(shifted(last, 1));

/** All periods from one to another, both inclusive, in their order. */
export const periodsBetween = (from: Period, to: Period): Period[] => {
  const found: Period[] = [];
  for (let at = from; at.first <= to.first; at = periodAfter(at))
    found.push(at);
  return found;
};

/** The last period that is over at the given moment (UTC). */
export const lastComplete = (kind: PeriodKind, now: Date): Period =>
  periodBefore(periodOf(kind, iso(now)));
