import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../platform/ports.ts';
import type { Scheduler } from './scheduler.ts';

/** No longer than this: a machine that sleeps does not count its timers on. */
const LOOK_AGAIN_MS = 20_000;

/** Waits, or less where it is stopped. */
export type Sleep = (ms: number, stop: AbortSignal) => Promise<void>;

const sleepFor: Sleep = (ms, signal) =>
  setTimeout(ms, undefined, { signal }).catch(() => {});

/** Looks for what is due at each start, and in between, until it is stopped. */
export const keepLooking = async (
  { tick, next }: Pick<Scheduler, 'tick' | 'next'>,
  clock: Clock,
  stop: AbortSignal,
  sleep: Sleep = sleepFor,
): Promise<void> => {
  while (!stop.aborted) {
    tick();
    const start = next()?.getTime() ?? Number.POSITIVE_INFINITY;
    const left = Math.max(start - clock.now().getTime(), 0);
    await sleep(Math.min(left, LOOK_AGAIN_MS), stop);
  }
};
