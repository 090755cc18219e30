import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { type ResourceLimits, Worker } from 'node:worker_threads';

const START = new URL('./startWorker.js', import.meta.url);

/** Whether threads can be started: beside the bundle of a Lambda, none is. */
export const hasThread = (): boolean => existsSync(fileURLToPath(START));

/**
 * Starts a thread of its own.
 * @param entry the module, relative to this folder: it sees `data` as part of
 *   its `workerData`.
 */
export const startThread = (
  entry: `./${string}.ts`,
  data: object,
  resourceLimits: ResourceLimits,
): Worker => {
  const compiled = module.getCompileCacheDir();
  // Node has its own modules compiled for V8's usual flags: with the one that
  // the command sets, a thread takes twice as long to begin.
  v8.setFlagsFromString('--semi-space-growth-factor=2');
  return new Worker(START, {
    workerData: {
      ...data,
      entry,
      ...(compiled && { compiled: dirname(compiled) }),
    },
    resourceLimits,
  });
};
