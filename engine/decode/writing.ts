import { closeSync, openSync, writeFileSync } from 'node:fs';

/**
 * Appends to the file; many short texts are gathered.
 * @returns whether they were written: others are to have their turn then.
 */
export type Write = (chunk: string | Uint8Array) => boolean;

const BATCH = 1 << 20;

/**
 * Writes a file of the work folder, in place of one that is there. It waits for
 * no thread: what is written goes to memory first.
 * @param fill gives the chunks, of some megabytes at most, to `write`.
 */
export const writing = async <T>(
  target: string,
  fill: (write: Write) => Promise<T>,
): Promise<T> => {
  const descriptor = openSync(target, 'w');
  let batch = '';
  const flush = () => {
    writeFileSync(descriptor, batch);
    batch = '';
  };
  try {
    const result = await fill((chunk) => {
      if (typeof chunk !== 'string') {
        flush();
        writeFileSync(descriptor, chunk);
        return true;
      }
      batch += chunk;
      if (batch.length < BATCH) return false;
      flush();
      return true;
    });
    flush();
    return result;
  } finally {
    closeSync(descriptor);
  }
};
