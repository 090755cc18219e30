import { Cron } from 'croner';
import type { Plan } from '../../core/plan.ts';
import { type CronFields, parseSchedule } from '../../core/schedule.ts';

/** When a pipeline is to start. Both ends are exclusive of the moment given. */
export interface Starts {
  /** The first start after a moment; none where the schedule is over. */
  next(after: Date): Date | undefined;
  /** The last start before a moment; none before the first. */
  previous(before: Date): Date | undefined;
}

/** The wall clock of a time zone, as text. */
const wallClock = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (moment: Date) => format.format(moment);
};

/** By how much clocks are set back, somewhere in the world. */
const SET_BACK_MS = [1_800_000, 3_600_000];

/**
 * Keeps what EventBridge Scheduler does when clocks are set: a time that does
 * not exist is skipped, one that comes twice counts once.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
const once = (cron: Cron, timeZone: string) => {
  const wall = wallClock(timeZone);
  return (moment: Date) =>
    cron.match(moment) &&
    !SET_BACK_MS.some(
      (ms) => wall(new Date(moment.getTime() - ms)) === wall(moment),
    );
};

const cronStarts = (fields: CronFields, timezone: string): Starts => {
  const { minutes, hours, dayOfMonth, month, dayOfWeek, year } = fields;
  const pattern = `0 ${minutes} ${hours} ${dayOfMonth} ${month} ${dayOfWeek} ${year}`;
  const cron = new Cron(pattern, { timezone, mode: '7-part', paused: true });
  const counts = once(cron, timezone);
  const walk =
    (step: (from: Date) => Date | null | undefined) => (from: Date) => {
      let moment = step(from);
      while (moment && !counts(moment)) moment = step(moment);
      return moment ?? undefined;
    };
  return {
    next: walk((from) => cron.nextRun(from)),
    previous: walk((from) => cron.previousRuns(1, from)[0]),
  };
};

/** Counted from 1970-01-01 00:00 UTC, so that everybody counts alike. */
const rateStarts = (seconds: number): Starts => {
  const ms = seconds * 1000;
  return {
    next: (after) => new Date((Math.floor(after.getTime() / ms) + 1) * ms),
    previous: (before) => new Date((Math.ceil(before.getTime() / ms) - 1) * ms),
  };
};

const onceAt = (at: string, timezone: string): Starts => {
  const moment = new Cron(at, { timezone, paused: true }).nextRun(new Date(0));
  return {
    next: (after) => (moment && moment > after ? moment : undefined),
    previous: (before) => (moment && moment < before ? moment : undefined),
  };
};

/** The starts of a pipeline, by its schedule and its time zone. */
export const startsOf = ({
  schedule,
  timezone,
}: Pick<Plan, 'schedule' | 'timezone'>): Starts => {
  const parsed = parseSchedule(schedule);
  if (parsed.kind === 'cron') return cronStarts(parsed.fields, timezone);
  if (parsed.kind === 'rate') return rateStarts(parsed.seconds);
  return onceAt(parsed.at, timezone);
};
