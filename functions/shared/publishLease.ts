import { LockedError } from '../../core/errors.ts';
import type { Lease, Platform } from '../../platform/ports.ts';
import { keys } from './keys.ts';
import { recoverPublishes } from './recover.ts';

const WAIT_MS = 50;
const PATIENCE_MS = 60_000;

/**
 * Does something as the only publisher of a pipeline. What a publisher that
 * died left half done is closed first.
 * @throws LockedError where another one holds the lease for over a minute.
 */
export const withPublishLease = async <T>(
  platform: Platform,
  holder: {
    readonly pipeline: string;
    readonly run: string;
    readonly execution: string;
  },
  act: (lease: Lease) => Promise<T>,
): Promise<T> => {
  const { pipeline, run, execution } = holder;
  const name = keys.publishLock(pipeline);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const taken = await platform.locks.acquire(name, { execution, run });
    if ('lease' in taken) {
      try {
        if (taken.lease.abandoned) await recoverPublishes(platform, pipeline);
        return await act(taken.lease);
      } finally {
        await platform.locks.release(name, execution);
      }
    }
    if (Date.now() > deadline)
      throw new LockedError(
        `run ${taken.heldBy.run} has been publishing for too long`,
        { pipeline },
      );
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
};
