import { closeSync, openSync, writeSync } from 'node:fs';

/** What is in memory at once of a thread's packs, where no file is larger. */
const BLOCK_BYTES = 512 << 10;
/** A larger file is not read whole. */
export const LARGEST_BYTES = 4 << 20;
export const PACK_BYTES = 128 << 20;
/** From such a mean on, files are landed one by one. */
export const SMALL_BYTES = 256 << 10;

/** Packs that are written one after the other, by way of one block of memory. */
export interface Packs {
  /** Another one as soon as there must be more room. */
  readonly block: Buffer;
  /** The number of the pack that is being written. */
  readonly pack: number;
  /** Makes room for so many bytes. @returns where they go in the block. */
  readonly room: (bytes: number) => number;
  /** Keeps so many bytes of them. @returns where they are in the pack. */
  readonly keep: (bytes: number) => number;
  /** @returns how many packs there are. */
  readonly end: () => number;
  /** Gives back what is open, whatever became of it. */
  readonly close: () => void;
}

/**
 * @param fileOf by its number: the file that a pack is written to.
 * @param most the bytes that a pack may have.
 */
export const newPacks = (
  fileOf: (pack: number) => string,
  most = PACK_BYTES,
  first: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES),
): Packs => {
  let block = first;
  let out: number | undefined;
  let pack = 0;
  let written = 0;
  let used = 0;
  const close = () => {
    if (out !== undefined) closeSync(out);
    out = undefined;
  };
  const flush = () => {
    out ??= openSync(fileOf(pack), 'w');
    for (let from = 0; from < used; )
      from += writeSync(out, block, from, used - from);
    written += used;
    used = 0;
  };
  const next = () => {
    close();
    pack++;
    written = 0;
  };
  return {
    get block() {
      return block;
    },
    get pack() {
      return pack;
    },
    room: (bytes) => {
      if (used + bytes > block.length) flush();
      if (bytes > block.length) block = Buffer.allocUnsafeSlow(bytes);
      if (written > 0 && written + used + bytes > most) {
        flush();
        next();
      }
      return used;
    },
    keep: (bytes) => {
      const offset = written + used;
      used += bytes;
      return offset;
    },
    end: () => {
      if (used > 0) flush();
      return written > 0 ? pack + 1 : pack;
    },
    close,
  };
};
