import { existsSync } from 'node:fs';
import module from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { type ResourceLimits, Worker } from 'node:worker_threads';

declare global {
  /** In the place of this the command's bundle has its own folder. */
  var tributaryBundle: string | undefined;
}

const START = new URL('./startWorker.js', import.meta.url);

/** Whether threads can be started: beside the bundle of a Lambda, none is. */
export const hasThread = (): boolean => existsSync(fileURLToPath(START));

/**
 * Starts a thread of its own, by its own script where the command is bundled.
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
  const bundle = globalThis.tributaryBundle;
  const own = join(bundle ?? '', `${basename(entry, '.ts')}.cjs`);
  return new Worker(bundle && existsSync(own) ? own : START, {
    workerData: {
      ...data,
      entry,
      ...(compiled && { compiled: dirname(compiled) }),
    },
    resourceLimits,
  });
};
