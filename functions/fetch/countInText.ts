import type { PlanSource } from '../../core/plan.ts';
import { countRecordsOf } from '../../engine/decode/recordsOf.ts';
import { isOneObject } from '../../engine/records/scanJson.ts';
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
  const { form } = source;
  const isPlain = form.format === 'json' && form.records === undefined;
  if (isPlain && isOneObject(bytes)) return 1;
  const text = bytes.toString('utf8');
  const body = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  return countRecordsOf(source, file, body.split(/\r?\n/));
};
