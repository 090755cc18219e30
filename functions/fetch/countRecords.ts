import { SourceError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import { countRecordsOf } from '../../engine/decode/recordsOf.ts';
import { scanCsv } from '../../engine/records/scanCsv.ts';
import type { RecordedFile } from './findRecorded.ts';

const countCsv = async (
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  dialect: { readonly separator: string; readonly quote: string },
): Promise<number> => {
  let records = -1;
  await scanCsv(chunks, dialect, () => {
    records++;
  });
  return Math.max(records, 0);
};

const countParquet = async (file: RecordedFile): Promise<number> => {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import(
    'hyparquet'
  );
  try {
    const buffer = await asyncBufferFromFile(file.local);
    const { num_rows } = await parquetMetadataAsync(buffer);
    return Number(num_rows);
  } catch (cause) {
    throw new SourceError(
      `the file is no whole Parquet file: ${(cause as Error).message}`,
      { file: file.path },
      { cause },
    );
  }
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
  if (form.format === 'csv') return countCsv(chunks, form);
  if (form.format === 'parquet') return countParquet(file);
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const body = Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  return countRecordsOf(source, file, body.split(/\r?\n/));
};
