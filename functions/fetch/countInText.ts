import type { PlanSource } from '../../core/plan.ts';
import { countRecordsOf } from '../../engine/decode/recordsOf.ts';
import { isOneObject } from '../../engine/records/scanJson.ts';
import { withoutMark } from '../../engine/records/withoutMark.ts';
import type { RecordedFile } from './findRecorded.ts';

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
  const text = withoutMark(bytes.toString('utf8'));
  return countRecordsOf(source, file, text.split(/\r?\n/));
};
