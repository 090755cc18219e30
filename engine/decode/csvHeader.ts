import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { SourceError } from '../../core/errors.ts';
import type { LandedFile } from '../input.ts';
import type { CsvDialect } from '../records/scanCsv.ts';
import { refuseEncoding } from './readBytes.ts';

const HEADER_BYTES = 1 << 16;
const LINE_END = /^(\xef\xbb\xbf)?[\r\n]/;

const firstBytes = async (file: LandedFile): Promise<Buffer> => {
  const handle = await open(file.local);
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(HEADER_BYTES),
      0,
      HEADER_BYTES,
      file.offset ?? 0,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
};

/**
 * The names in the first line, trimmed.
 * @throws SourceError where there is none, or one that is no CSV in UTF-8.
 */
export const readHeader = async (
  file: LandedFile,
  { separator, quote }: CsvDialect,
): Promise<string[]> => {
  const bytes = await firstBytes(file);
  const place = { file: file.path, line: 1 };
  if (LINE_END.test(bytes.subarray(0, 4).toString('latin1')))
    throw new SourceError('the first line is blank, not a header', place);
  const lineEnd = bytes.indexOf('\n');
  if (!isUtf8(lineEnd < 0 ? bytes : bytes.subarray(0, lineEnd)))
    await refuseEncoding(file);
  try {
    const [header = []] = parse(bytes, {
      bom: true,
      delimiter: separator,
      quote,
      escape: quote,
      to: 1,
      relax_column_count: true,
    }) as string[][];
    return header.map((name) => name.trim());
  } catch (cause) {
    throw new SourceError(
      `the header is not CSV: ${(cause as Error).message}`,
      place,
      { cause },
    );
  }
};
