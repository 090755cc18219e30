import { createReadStream } from 'node:fs';
import { SourceError } from '../../core/errors.ts';
import type { RecordedFile } from './findRecorded.ts';

/** No record of use is longer; to take it apart takes many times its length. */
export const LONGEST_LINE = 64 << 20;

const LF = 10;

/** The number of the line, from 1, that begins at a byte of a file. */
const lineAt = async (local: string, offset: number): Promise<number> => {
  let line = 1;
  if (offset === 0) return line;
  for await (const chunk of createReadStream(local, { end: offset - 1 }))
    for (const byte of chunk as Buffer) if (byte === LF) line++;
  return line;
};

/**
 * Passes chunks on, as long as their lines have an end.
 * @throws SourceError that names the line, before all of it is in memory.
 */
export async function* refuseLongLines(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  { path, local }: Pick<RecordedFile, 'path' | 'local'>,
  longest: number = LONGEST_LINE,
): AsyncGenerator<Buffer> {
  let offset = 0;
  let start = 0;
  for await (const chunk of chunks) {
    const first = chunk.indexOf(LF);
    const end = offset + (first < 0 ? chunk.length : first);
    if (end - start > longest)
      throw new SourceError(
        `the line is longer than ${longest >> 20} MiB: look for a line end or ` +
          'a quote that is missing',
        { file: path, line: await lineAt(local, start) },
      );
    if (first >= 0) start = offset + chunk.lastIndexOf(LF) + 1;
    offset += chunk.length;
    yield chunk;
  }
}
