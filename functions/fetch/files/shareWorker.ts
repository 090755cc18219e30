// Lands a share of many small files beside the main thread.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { landShare } from './landShare.ts';
import type { Shared, ShareOrder } from './share.ts';
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
const turns = turnsOf(order.units.length, told);
const steps = landShare(order, turns);
let step = steps.next();
while (!step.done) step = steps.next();

const said: ShareSaid = step.value;
port.postMessage(said, said?.texts.map(({ buffer }) => buffer) ?? []);
