import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';

/** From so many bytes on, a thread of its own is worth its start. */
export const THREAD_BYTES = 32 << 20;

const WORKER = new URL('./digestWorker.js', import.meta.url);
const MEMORY = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

// It is not beside the bundle of a Lambda, whose processor has instructions for
// SHA-256, and often no second core.
const hasThread = () => existsSync(fileURLToPath(WORKER));

/** A thread that digests a file up to where it is told that it is whole. */
const startThread = (file: string) => {
  const worker = new Worker(WORKER, {
    workerData: file,
    resourceLimits: MEMORY,
  });
  const said = once(worker, 'message') as Promise<[string]>;
  // Whoever asks for the digest hears of it.
  said.catch(() => {});
  return {
    advance: (upTo: number) => worker.postMessage({ upTo }),
    end: async (upTo: number) => {
      worker.postMessage({ upTo, isEnd: true });
      const [digest] = await said;
      return digest;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
};

/** The SHA-256 of a file while it is written; of a large one by a thread. */
export interface GrowingDigest {
  /** Bytes that will be written behind those before. */
  readonly update: (chunk: Buffer) => void;
  /** The file has all bytes up to here. */
  readonly written: (bytes: number) => void;
  /** Forgets all. */
  readonly restart: () => Promise<void>;
  /** @returns the digest of the whole file, of so many bytes, in hexadecimal. */
  readonly end: (bytes: number) => Promise<string>;
  /** Ends whatever goes on. */
  readonly stop: () => Promise<void>;
}

export const growingDigest = (
  file: string,
  threadBytes = THREAD_BYTES,
): GrowingDigest => {
  let digest = createHash('sha256');
  let thread: ReturnType<typeof startThread> | undefined;
  const stop = async () => {
    await thread?.stop();
    thread = undefined;
  };
  return {
    update: (chunk) => {
      if (!thread) digest.update(chunk);
    },
    written: (bytes) => {
      if (bytes >= threadBytes && hasThread()) thread ??= startThread(file);
      thread?.advance(bytes);
    },
    restart: async () => {
      await stop();
      digest = createHash('sha256');
    },
    end: async (bytes) => (await thread?.end(bytes)) ?? digest.digest('hex'),
    stop,
  };
};

const turn = pLimit(availableParallelism());

/**
 * The SHA-256 of a large file, by a thread of its own.
 * @returns `undefined` where there is none: then it is up to the caller.
 */
export const digestBeside = (
  file: string,
  bytes: number,
): Promise<string> | undefined => {
  if (bytes < THREAD_BYTES || !hasThread()) return undefined;
  const digest = turn(() => startThread(file).end(bytes));
  // Until it is awaited, another error may come first.
  digest.catch(() => {});
  return digest;
};
