import { LockedError } from '../../core/errors.ts';
import type { Lease, Platform } from '../../platform/ports.ts';
import { closeJournal } from './closeJournal.ts';
import { readJournal } from './journal.ts';
import { keys } from './keys.ts';
import { recover, recoverPublishes } from './recover.ts';

/** Between two looks, at first and at most: each asks how the holder stands. */
const WAIT_MS = { first: 50, most: 1000 };
const PATIENCE_MS = 180_000;

/**
 * Closes what earlier publishers left half done: those that died, and the last
 * one, which may have failed after its moves.
 */
const closeEarlier = async (
  platform: Platform,
  pipeline: string,
  lease: Lease,
): Promise<void> => {
  if (lease.abandoned) return recoverPublishes(platform, pipeline);
  const { run } = await platform.catalog.read(pipeline);
  const journal = run && (await readJournal(platform, pipeline, run));
  if (journal && journal.state === 'prepared')
    await recover(platform, pipeline, run);
};

/**
 * Does something as the only publisher of a pipeline. What earlier ones left
 * half done is closed first.
 * @throws LockedError where another one holds the lease for over three minutes.
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
  for (let wait = WAIT_MS.first; ; wait = Math.min(wait * 2, WAIT_MS.most)) {
    const taken = await platform.locks.acquire(name, { execution, run });
    if ('lease' in taken) {
      try {
        await closeEarlier(platform, pipeline, taken.lease);
        return await act(taken.lease);
      } catch (error) {
        // Where this fails as well, the next publisher does it.
        await closeJournal(platform, pipeline, run).catch(() => false);
        throw error;
      } finally {
        await platform.locks.release(name, execution);
      }
    }
    if (Date.now() > deadline)
      throw new LockedError(
        `run ${taken.heldBy.run} has been publishing for too long`,
        { pipeline },
      );
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
};
