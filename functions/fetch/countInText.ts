import type { PlanSource } from '../../core/plan.ts';
import { countRecordsOf } from '../../engine/decode/recordsOf.ts';
import type { RecordedFile } from './findRecorded.ts';

const BOM = 0xfeff;

/**
 * How many records of JSON, values or text are in memory as a whole.
 * @throws SourceError that names the file where it cannot be taken apart.
 */
export const countInText = (
  source: PlanSource,
  file: Pick<RecordedFile, 'path'>,
  bytes: Buffer,
): number => {
  const text = bytes.toString('utf8');
  const body = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  // Of many small files, to split what is one line takes as long as to parse it.
  const lines = body.includes('\n') ? body.split(/\r?\n/) : [body];
  return countRecordsOf(source, file, lines);
};
