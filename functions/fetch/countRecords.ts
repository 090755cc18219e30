import { constants } from 'node:buffer';
import { SourceError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import { csvCounter } from '../../engine/records/countCsv.ts';
import { countParquetRows } from '../../platform/countParquetRows.ts';
import { countInText } from './countInText.ts';
import type { RecordedFile } from './findRecorded.ts';
import { refuseLongLines } from './refuseLongLines.ts';

const countCsv = async (
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  dialect: { readonly separator: string; readonly quote: string },
): Promise<number> => {
  const counter = csvCounter(dialect);
  for await (const chunk of chunks) counter.push(chunk);
  return Math.max(counter.end() - 1, 0);
};

const countParquet = async (file: RecordedFile): Promise<number> => {
  try {
    return await countParquetRows(file.local);
  } catch (cause) {
    throw new SourceError(
      `the file is no whole Parquet file: ${(cause as Error).message}`,
      { file: file.path },
      { cause },
    );
  }
};

/** Whether a file is taken apart as one text, and so in memory as a whole. */
export const isOneText = ({ form }: Pick<PlanSource, 'form'>): boolean =>
  !['csv', 'parquet'].includes(form.format);

/** @throws SourceError for what is taken apart as one text and does not fit. */
export const refuseLarge = ({
  path,
  bytes,
}: {
  readonly path?: string;
  readonly bytes: number;
}): void => {
  if (bytes > constants.MAX_STRING_LENGTH)
    throw new SourceError(
      `the file has ${Math.round(bytes / 1e6)} MB, and one of its kind may ` +
        `have ${Math.floor(constants.MAX_STRING_LENGTH / 1e6)}: split it`,
      path === undefined ? {} : { file: path },
    );
};

/**
 * How many records landed bytes hold. Counted without the engine, so that the
 * engine's own count can be held against it.
 */
export const countRecords = async (
  source: PlanSource,
  file: RecordedFile,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<number> => {
  const { form } = source;
  if (form.format === 'parquet') return countParquet(file);
  // A file that is in memory as a whole is no danger to it.
  const read = Array.isArray(chunks) ? chunks : refuseLongLines(chunks, file);
  if (form.format === 'csv') return countCsv(read, form);
  refuseLarge(file);
  const parts: Buffer[] = [];
  // Of thousands of small files, to wait for each takes as long as to read it.
  if (Array.isArray(read)) parts.push(...(read as Buffer[]));
  else for await (const chunk of read) parts.push(chunk);
  const [first] = parts;
  const bytes = first && parts.length === 1 ? first : Buffer.concat(parts);
  return countInText(source, file, bytes);
};
