import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { SourceError } from '../../core/errors.ts';
import type { LandedFile } from '../input.ts';
import type { CsvDialect } from '../records/scanCsv.ts';
import { readPart, refuseEncoding } from './readBytes.ts';

const HEADER_BYTES = 1 << 16;
const LINE_END = /^(\xef\xbb\xbf)?[\r\n]/;

const firstBytes = ({ local, offset = 0 }: LandedFile): Buffer =>
  readPart(local, offset, HEADER_BYTES);

/**
 * The names in the first line, trimmed.
 * @throws SourceError where there is none, or one that is no CSV in UTF-8.
 */
export const readHeader = async (
  file: LandedFile,
  { separator, quote }: CsvDialect,
): Promise<string[]> => {
  const bytes = firstBytes(file);
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
