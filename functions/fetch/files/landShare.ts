import { Unfit } from './readSmall.ts';
import { newShare, type Shared, type ShareOrder } from './share.ts';
import type { Turns } from './turns.ts';

/**
 * Lands a thread's share, and pauses now and then.
 * @returns nothing of a share that is unfit.
 */
export function* landShare(
  order: ShareOrder,
  turns: Turns,
): Generator<void, Shared | undefined> {
  const share = newShare(order);
  try {
    for (let unit = turns.next(); unit !== undefined; unit = turns.next())
      yield* share.take(unit);
    return share.end();
  } catch (error) {
    turns.stop();
    if (!(error instanceof Unfit)) throw error;
    return undefined;
  } finally {
    share.close();
  }
}
