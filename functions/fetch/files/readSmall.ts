import { constants, openSync, readSync } from 'node:fs';
import { unreadable } from '../../../platform/local/looks.ts';

/** What is found is to be landed one by one, or is for others to judge. */
export class Unfit extends Error {}

/** A named pipe would wait for whoever writes to it. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** @returns none where nothing is there any more, as with a listing. */
export const opened = (file: string): number | undefined => {
  try {
    return openSync(file, READ);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Unfit(file, { cause });
  }
};

/**
 * Reads a file from an offset on, up to so many bytes of it; some file systems
 * give fewer at a time.
 * @param start where its first byte goes in the block.
 * @throws SourceError that names the path where it gives none.
 */
export const readOnce = (
  path: string,
  handle: number,
  block: Buffer,
  start: number,
  most: number,
  offset = 0,
): number => {
  try {
    return readSync(handle, block, start + offset, most - offset, offset);
  } catch (cause) {
    throw unreadable(path, cause);
  }
};

/** The same until there is no more. */
export const readAll = (
  path: string,
  handle: number,
  block: Buffer,
  start: number,
  most: number,
): number => {
  let length = readOnce(path, handle, block, start, most);
  // One less is a file that has not grown: it is not asked for its end again.
  while (length < most - 1) {
    const got = readOnce(path, handle, block, start, most, length);
    if (got === 0) break;
    length += got;
  }
  return length;
};
