import * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Operations on folders and on files of some kilobytes, named and answering as
 * in `node:fs/promises`. Each is done at once when its turn in the event loop
 * has come: to ask a thread takes ten times as long as such an operation, four
 * times over to read one file, and the threads are the engine's. Whatever waits
 * for the disk (`sync`, a long `copyFile`) is left to a thread.
 */

/** Between two of them everybody else has a turn: timers, sockets, answers. */
const turn = () => new Promise<void>((begin) => setImmediate(begin));

const inTurn =
  <A extends unknown[], R>(act: (...args: A) => R) =>
  async (...args: A): Promise<R> => {
    await turn();
    return act(...args);
  };

const sync = promisify(fs.fsync);

/** An open file, as far as small ones need it. */
export interface OpenFile {
  /** @param body all that will be in the file, as a text or in pieces. */
  writeFile(body: string | readonly Uint8Array[]): Promise<void>;
  /** @returns how many bytes were read, into the start of `block`. */
  read(block: Uint8Array, position: number): Promise<number>;
  /** Its size in bytes. */
  size(): Promise<number>;
  sync(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const handle = (descriptor: number): OpenFile => {
  // Whoever has it open need not wait: its turn has come.
  const close = async () => fs.closeSync(descriptor);
  return {
    writeFile: async (body) => {
      const pieces = typeof body === 'string' ? [body] : body;
      for (const piece of pieces) fs.writeFileSync(descriptor, piece);
    },
    read: async (block, position) =>
      fs.readSync(descriptor, block, 0, block.length, position),
    size: async () => fs.fstatSync(descriptor).size,
    sync: () => sync(descriptor),
    close,
    [Symbol.asyncDispose]: close,
  };
};

const copyByThread = promisify(fs.copyFile) as (
  from: string,
  to: string,
  mode?: number,
) => Promise<void>;
/** Copied as soon as a thread would be told to. */
const SHORT_BYTES = 1 << 20;

export const copyFile = async (
  from: string,
  to: string,
  mode?: number,
): Promise<void> => {
  await turn();
  const found = fs.statSync(from);
  if (!found.isFile() || found.size > SHORT_BYTES)
    return copyByThread(from, to, mode);
  fs.copyFileSync(from, to, mode);
};

const BLOCK_BYTES = 256 << 10;

/**
 * The bytes of a file of any size that has just been written, and so is mostly
 * in memory: none of its blocks waits for a thread.
 * @param isKept whether the blocks are to stay as they are: else the next one
 *   takes the place of the last.
 */
export async function* freshBytes(
  path: string,
  isKept: boolean,
): AsyncGenerator<Buffer> {
  const descriptor = fs.openSync(path, 'r');
  const shared = Buffer.allocUnsafeSlow(isKept ? 0 : BLOCK_BYTES);
  try {
    for (;;) {
      await turn();
      const block = isKept ? Buffer.allocUnsafe(BLOCK_BYTES) : shared;
      const length = fs.readSync(descriptor, block);
      if (length === 0) return;
      yield block.subarray(0, length);
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

export const link = inTurn(fs.linkSync);
export const mkdir = inTurn(fs.mkdirSync) as typeof promises.mkdir;
export const open = inTurn((path: string, flags: string) =>
  handle(fs.openSync(path, flags)),
);
export const readdir = inTurn(fs.readdirSync) as typeof promises.readdir;
export const readFile = inTurn(fs.readFileSync) as typeof promises.readFile;
export const rename = inTurn(fs.renameSync);
/** So many entries of a folder are removed at once. */
const FEW_ENTRIES = 256;

/** Tells which entry cannot be removed, and lets others go on meanwhile. */
const removeByThread = promisify(fs.rm) as (
  path: string,
  options?: fs.RmOptions,
) => Promise<void>;

const isLarge = (path: string) => {
  try {
    return fs.readdirSync(path, { recursive: true }).length > FEW_ENTRIES;
  } catch {
    return false;
  }
};

export const rm = async (
  path: string,
  options?: fs.RmOptions,
): Promise<void> => {
  await turn();
  try {
    if (!options?.recursive || !isLarge(path)) return fs.rmSync(path, options);
  } catch {
    // It is tried again, for the name of what cannot be removed.
  }
  await removeByThread(path, options);
};
export const rmdir = inTurn(fs.rmdirSync);
export const stat = inTurn(fs.statSync) as typeof promises.stat;
export const writeFile = inTurn(fs.writeFileSync) as typeof promises.writeFile;
