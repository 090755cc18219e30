import { setImmediate as others } from 'node:timers/promises';
import { Unfit } from './readSmall.ts';
import { newShare, type Shared, type ShareOrder } from './share.ts';
import type { Turns } from './turns.ts';

/**
 * Lands this thread's share; others of the process have their turn in between.
 * @returns nothing of a share that is unfit.
 */
export const shareHere = async (
  order: ShareOrder,
  turns: Turns,
): Promise<Shared | undefined> => {
  const share = newShare(order);
  try {
    const next = () => turns.next(share.files());
    for (let unit = next(); unit !== undefined; unit = next())
      for (const _ of share.take(unit)) await others();
    for (const _ of share.confirm()) {
      if (turns.isStopped()) break;
      await others();
    }
    return share.end();
  } catch (error) {
    turns.stop();
    if (!(error instanceof Unfit)) throw error;
    return undefined;
  } finally {
    share.close();
  }
};
