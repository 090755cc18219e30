import pLimit from 'p-limit';
import type { Plan } from '../../core/plan.ts';
import type { RunOptions } from '../../functions/shared/events.ts';
import { inputKind } from '../../functions/shared/events.ts';
import { keys } from '../../functions/shared/keys.ts';
import { outcomeNow } from '../../functions/shared/outcomeNow.ts';
import { readLedgers } from '../../functions/shared/readLedgers.ts';
import { readRecording } from '../../functions/shared/recording.ts';
import { recordingFolder } from '../../functions/shared/recordingFolder.ts';
import { type Starts, startsOf } from '../../functions/shared/starts.ts';
import type { Platform } from '../../platform/ports.ts';
import { type DueRun, dueRuns } from './dueRuns.ts';

/** So many failures say that it is not for a period that it fails. */
const IN_A_ROW = 3;

export interface SchedulerOptions {
  readonly platform: Platform;
  readonly plans: readonly Plan[];
  /** The name of this process among executions. */
  readonly execution: string;
  readonly options: RunOptions;
  /** How many pipelines at once. */
  readonly parallel: number;
  /** Runs one period to its end. @returns whether it ended well. */
  readonly run: (pipeline: string, due: DueRun) => Promise<boolean>;
  /** Told of what hinders a start, and of starts that were missed. */
  readonly say: (pipeline: string, message: string) => void;
  readonly stop: AbortSignal;
  /** Whether it looks once and ends. */
  readonly isOnce?: boolean;
}

export interface Scheduler {
  /** Begins what is due now and not begun yet. It does not wait for it. */
  tick(): void;
  /** The next start of all, by the clock. */
  next(): Date | undefined;
  /** Waits for what runs. */
  idle(): Promise<void>;
}

interface Entry {
  readonly plan: Plan;
  readonly starts: Starts;
  /** Up to when its starts are attended to. */
  since: Date;
  isFirst: boolean;
  isBusy: boolean;
}

/** The runs that were begun and not killed. */
const begunRuns = async (platform: Platform, pipeline: string) => {
  const ledgers = await readLedgers(platform, pipeline);
  const known = await Promise.all(
    ledgers.map(async (ledger) => ({
      ledger,
      isKilled:
        ledger.error?.name === 'Killed' ||
        (await outcomeNow(platform, ledger)) === 'killed',
    })),
  );
  return known.flatMap(({ ledger, isKilled }) => (isKilled ? [] : [ledger]));
};

/**
 * Starts pipelines when their schedules say so. What it has to know is in the
 * ledger, so that it may be stopped and started, and several may run on one
 * lake: a lock for each pipeline keeps them from starting the same run twice.
 */
export const createScheduler = (of: SchedulerOptions): Scheduler => {
  const { platform, execution, options, say, stop } = of;
  const began = platform.clock.now();
  const limit = pLimit(of.parallel);
  const running = new Set<Promise<void>>();
  const entries = of.plans.map(
    (plan): Entry => ({
      plan,
      starts: startsOf(plan),
      since: began,
      isFirst: true,
      isBusy: false,
    }),
  );

  const isPinned = async (pipeline: string) => {
    if (inputKind(options) === 'live') return false;
    const folder = await recordingFolder(platform, pipeline, options);
    return (await readRecording(folder)).date !== undefined;
  };

  const findDue = async (entry: Entry, now: Date): Promise<DueRun[]> => {
    const { plan, starts, since, isFirst } = entry;
    const { pipeline } = plan;
    const begun = await begunRuns(platform, pipeline);
    const pinned = await isPinned(pipeline);
    const { isOnce = false } = of;
    const question = { plan, starts, begun, since, isFirst, isOnce, now };
    return dueRuns({ ...question, isPinned: pinned });
  };

  const runDue = async (entry: Entry, now: Date): Promise<void> => {
    const { pipeline, dependsOnPast } = entry.plan;
    const due = await findDue(entry, now);
    if (due.length > 1)
      say(
        pipeline,
        `${due.length} periods are due, from ${due[0]?.date} to ` +
          `${due.at(-1)?.date}: starts were missed`,
      );
    let failed = 0;
    for (const [i, one] of due.entries()) {
      if (stop.aborted) return;
      const isWell = await of.run(pipeline, one);
      failed = isWell ? 0 : failed + 1;
      if (failed === IN_A_ROW && i < due.length - 1) {
        say(
          pipeline,
          `${IN_A_ROW} periods failed in a row: the ${due.length - 1 - i} ` +
            'after them are left to "tributary run --catch-up"',
        );
        return;
      }
      if (isWell || !dependsOnPast) continue;
      if (one !== due.at(-1))
        say(pipeline, `what follows ${one.date} waits for it`);
      return;
    }
  };

  /** @returns false where another scheduler is at it: to be looked at again. */
  const attend = async (entry: Entry, now: Date): Promise<boolean> => {
    const { pipeline } = entry.plan;
    const name = keys.scheduleLock(pipeline);
    const holder = { execution, run: 'schedule' };
    const taken = await platform.locks.acquire(name, holder);
    if ('heldBy' in taken) return false;
    try {
      await runDue(entry, now);
      return true;
    } finally {
      await platform.locks.release(name, execution);
    }
  };

  const begin = (entry: Entry, now: Date) => {
    entry.isBusy = true;
    const done: Promise<void> = limit(() => attend(entry, now))
      .catch((error: Error) => {
        say(entry.plan.pipeline, `${error.name}: ${error.message}`);
        return false;
      })
      .then((isAttended) => {
        running.delete(done);
        entry.isBusy = false;
        if (!isAttended) return;
        entry.isFirst = false;
        entry.since = now;
      });
    running.add(done);
  };

  const isDue = ({ starts, since, isFirst }: Entry, now: Date) => {
    const next = starts.next(since);
    return isFirst || (next !== undefined && next <= now);
  };

  return {
    tick: () => {
      const now = platform.clock.now();
      if (stop.aborted) return;
      for (const entry of entries) {
        // A clock that was ahead for a while must not silence it until then.
        if (entry.since > now) entry.since = now;
        if (!entry.isBusy && isDue(entry, now)) begin(entry, now);
      }
    },
    next: () => {
      const now = platform.clock.now();
      const moments = entries.flatMap(({ starts }) => starts.next(now) ?? []);
      return moments.sort((a, b) => a.getTime() - b.getTime())[0];
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
};
