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

const readInto = (
  handle: number,
  block: Buffer,
  start: number,
  most: number,
) => {
  let length = readSync(handle, block, start, most, null);
  // One less is a file that has not grown: it is not asked for its end again.
  while (length < most - 1) {
    const got = readSync(handle, block, start + length, most - length, null);
    if (got === 0) break;
    length += got;
  }
  return length;
};

/**
 * Reads what is there up to so many bytes; some file systems give it bit by bit.
 * @throws SourceError that names the path where it gives none.
 */
export const fill = (
  path: string,
  ...args: Parameters<typeof readInto>
): number => {
  try {
    return readInto(...args);
  } catch (cause) {
    throw unreadable(path, cause);
  }
};
