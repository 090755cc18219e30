import { availableParallelism } from 'node:os';
import { SourceError } from '../../../core/errors.ts';
import { hasThread, startThread } from '../thread.ts';
import type { ShareOrder } from './share.ts';
import type { ShareSaid, ShareWork } from './shareWorker.ts';
import type { Turns } from './turns.ts';

/** A thread that lands a share beside this one. */
export interface Beside {
  /** @throws whatever the thread ended by. */
  readonly said: Promise<ShareSaid>;
  /** Ends it, whatever it does. */
  readonly stop: () => Promise<unknown>;
}

/** Short-lived strings of some thousand files; what lasts has no bound. */
const MEMORY = { maxYoungGenerationSizeMb: 48 };

const ended = (cause: Error) =>
  new SourceError(
    `the thread that lands files beside this one ended: ${cause.message}`,
    {},
    { cause },
  );

/** @returns none where there are no threads, or no second core. */
export const shareBeside = (
  order: ShareOrder,
  { shared: turns }: Turns,
): Beside | undefined => {
  if (!hasThread() || availableParallelism() < 2) return undefined;
  const work: ShareWork = { order, turns };
  const worker = startThread('./files/shareWorker.ts', work, MEMORY);
  const said = new Promise<ShareSaid>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('messageerror', reject);
    worker.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? ended(error) : error),
    );
    worker.once('exit', (code) => reject(ended(new Error(`with ${code}`))));
  });
  // Until it is awaited, another error may come first.
  said.catch(() => {});
  return { said, stop: () => worker.terminate() };
};
