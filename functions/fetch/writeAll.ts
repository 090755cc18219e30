import type { FileHandle } from 'node:fs/promises';
import { SourceError } from '../../core/errors.ts';

/**
 * Writes chunks one after the other, from an offset or where the file ends.
 * @throws SourceError where the disk takes no more.
 */
export const writeAll = async (
  out: FileHandle,
  chunks: readonly Buffer[],
  at?: number,
): Promise<void> => {
  const { bytesWritten } = await out.writev(chunks, at);
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  if (bytesWritten !== bytes)
    throw new SourceError(`the disk took ${bytesWritten} of ${bytes} bytes`);
};
