import { UsageError } from '../../core/errors.ts';
import type { ContainerService } from '../../platform/ports.ts';
import type { Handler } from '../shared/handler.ts';

export interface SleepEvent {
  readonly action: 'sleep' | 'wake';
}

export interface SleepResult {
  readonly wanted: number;
  readonly changed: boolean;
}

const COUNTS = { sleep: 0, wake: 1 };

/**
 * Puts a container to sleep, or wakes it. Safe to repeat; where somebody runs
 * more than one, waking leaves them.
 */
export const metabaseSleep =
  (service: ContainerService): Handler<SleepEvent, SleepResult> =>
  async ({ action }) => {
    const wanted = COUNTS[action];
    if (wanted === undefined)
      throw new UsageError(`"${action}" is neither "sleep" nor "wake"`);
    const now = await service.wanted();
    const isDone = action === 'wake' ? now >= wanted : now === wanted;
    if (isDone) return { wanted: now, changed: false };
    await service.want(wanted);
    return { wanted, changed: true };
  };
