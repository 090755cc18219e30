import { closeSync, readFileSync, readSync } from 'node:fs';
import { unreadable } from './local/looks.ts';

/** Appended to the block, however many reads it takes; some file systems give less. */
const readOn = (handle: number, block: Buffer, start: number, most: number) => {
  let length = 0;
  for (;;) {
    const got = readSync(handle, block, start + length, most - length, null);
    length += got;
    if (got === 0 || length === most) return length;
  }
};

/**
 * Reads small files one after the other into one block of memory, without
 * waiting: that takes an eighth of the time. What a file has become since its
 * bytes were told counts.
 * @param open gives a descriptor, which will be closed.
 * @throws SourceError that names the file whose bytes cannot be read.
 */
export const readTogether = <
  F extends { readonly path: string; readonly bytes: number },
>(
  files: readonly F[],
  open: (file: F) => number,
): Buffer[] => {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  // One more, to see whether the last one goes on behind what was listed.
  const block = Buffer.allocUnsafeSlow(total + 1);
  let start = 0;
  return files.map((file) => {
    const handle = open(file);
    try {
      const most = file.bytes + 1;
      let length = readSync(handle, block, start, most, null);
      if (length < file.bytes)
        length += readOn(handle, block, start + length, most - length);
      const body = block.subarray(start, start + length);
      if (length > file.bytes)
        return Buffer.concat([body, readFileSync(handle)]);
      start += length;
      return body;
    } catch (cause) {
      throw unreadable(file.path, cause);
    } finally {
      closeSync(handle);
    }
  });
};
