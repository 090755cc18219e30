import { setImmediate as others } from 'node:timers/promises';
import { landShare } from './landShare.ts';
import type { Shared, ShareOrder } from './share.ts';
import type { Turns } from './turns.ts';

/**
 * Lands this thread's share; others of the process have their turn in between.
 * @returns nothing of a share that is unfit.
 */
export const shareHere = async (
  order: ShareOrder,
  turns: Turns,
): Promise<Shared | undefined> => {
  const steps = landShare(order, turns);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await others();
  return step.value;
};
