import {
  closeSync,
  fstatSync,
  readFileSync,
  readSync,
  type Stats,
} from 'node:fs';

/** How small files of this machine are read. */
export interface Reading<F> {
  /** @returns a descriptor, which will be closed. */
  readonly open: (file: F) => number;
  /** Looks at a file that was read, by its descriptor. */
  readonly check?: (file: F, stats: Stats) => void;
}

/**
 * Reads small files one after the other into one block of memory, without
 * waiting: that takes an eighth of the time. What a file has become since its
 * bytes were told counts.
 */
export const readTogether = <F extends { readonly bytes: number }>(
  files: readonly F[],
  { open, check }: Reading<F>,
): Buffer[] => {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  // One more, to see whether the last one goes on behind what was listed.
  const block = Buffer.allocUnsafeSlow(total + 1);
  let start = 0;
  return files.map((file) => {
    const handle = open(file);
    try {
      const length = readSync(handle, block, start, file.bytes + 1, null);
      const body = block.subarray(start, start + length);
      const whole =
        length > file.bytes
          ? Buffer.concat([body, readFileSync(handle)])
          : body;
      if (whole === body) start += length;
      check?.(file, fstatSync(handle));
      return whole;
    } finally {
      closeSync(handle);
    }
  });
};
