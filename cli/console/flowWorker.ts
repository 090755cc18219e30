// A thread of its own: to place boxes takes long enough to be felt elsewhere.
import { parentPort, workerData } from 'node:worker_threads';
import type { Plan } from '../../core/plan.ts';
import { flowPicture } from './flow.ts';

parentPort?.postMessage(await flowPicture(workerData as Plan));
