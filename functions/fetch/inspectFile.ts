import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { SourceError } from '../../core/errors.ts';
import type { Digest } from '../shared/digest.ts';
import { type Inspected, newInspector } from './inspector.ts';
import type { Growth, Said, Work } from './inspectWorker.ts';
import { hasThread, startThread } from './thread.ts';

/** From so many bytes on, a thread of its own is worth its start. */
export const THREAD_BYTES = 32 << 20;

const MEMORY = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };

/** A thread that inspects a file up to where it is told that it is whole. */
const startInspecting = (work: Work) => {
  const worker = startThread('./inspectWorker.ts', work, MEMORY);
  const tell = (growth: Growth) => worker.postMessage(growth);
  const said = once(worker, 'message') as Promise<[Said]>;
  const found = said.then(([answer]) => {
    if ('wrong' in answer) throw new SourceError(answer.wrong);
    return answer;
  });
  let fault: unknown;
  found.catch((error: unknown) => {
    fault = error;
  });
  return {
    /** @throws what became of the bytes before. */
    advance: (upTo: number) => {
      if (fault !== undefined) throw fault;
      tell({ upTo });
    },
    end: (upTo: number): Promise<Inspected> => {
      tell({ upTo, isEnd: true });
      return found;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
};

/** Inspects a file while it is written; a large one by a thread. */
export interface GrowingFile {
  /** Bytes that will be written behind those before. */
  readonly update: (chunk: Buffer) => void;
  /** The file has all bytes up to here. */
  readonly written: (bytes: number) => void;
  /** Forgets all. */
  readonly restart: () => Promise<void>;
  /** @returns what is true of the whole file, of so many bytes. */
  readonly end: (bytes: number) => Promise<Inspected>;
  /** Ends whatever goes on. */
  readonly stop: () => Promise<void>;
}

export const growingFile = (
  work: Work,
  threadBytes = THREAD_BYTES,
): GrowingFile => {
  let inspector = newInspector(work.form);
  let thread: ReturnType<typeof startInspecting> | undefined;
  const stop = async () => {
    await thread?.stop();
    thread = undefined;
  };
  return {
    update: (chunk) => {
      if (!thread) inspector.push(chunk);
    },
    written: (bytes) => {
      if (!thread && bytes >= threadBytes && hasThread())
        thread = startInspecting(work);
      thread?.advance(bytes);
    },
    restart: async () => {
      await stop();
      inspector = newInspector(work.form);
    },
    end: async (bytes) => thread?.end(bytes) ?? inspector.end(),
    stop,
  };
};

const turn = pLimit(availableParallelism());

/**
 * The digest of a large file, by a thread of its own.
 * @returns `undefined` where there is none: then it is up to the caller.
 */
export const digestBeside = (
  file: string,
  bytes: number,
): Promise<Digest> | undefined => {
  if (bytes < THREAD_BYTES || !hasThread()) return undefined;
  const found = turn(async () => {
    const { digest } = await startInspecting({ file }).end(bytes);
    return digest;
  });
  // Until it is awaited, another error may come first.
  found.catch(() => {});
  return found;
};
