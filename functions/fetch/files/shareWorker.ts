// Lands a share of many small files beside the main thread.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Unfit } from './readSmall.ts';
import { newShare, type Shared, type ShareOrder } from './share.ts';
import { turnsOf } from './turns.ts';

/** What the thread is started with. */
export interface ShareWork {
  readonly order: ShareOrder;
  readonly turns: SharedArrayBuffer;
}

/** What it says, once; nothing of a share that is unfit. */
export type ShareSaid = Shared | undefined;

const { order, turns: told } = workerData as ShareWork;
const port = parentPort as MessagePort;
const turns = turnsOf(order.units.length, order.thread, told);
const share = newShare(order);

const land = (): ShareSaid => {
  try {
    const next = () => turns.next(share.files());
    for (let unit = next(); unit !== undefined; unit = next())
      for (const _ of share.take(unit));
    for (const _ of share.confirm()) if (turns.isStopped()) break;
    return share.end();
  } catch (error) {
    turns.stop();
    if (!(error instanceof Unfit)) throw error;
    return undefined;
  } finally {
    share.close();
  }
};

port.postMessage(land() satisfies ShareSaid);
