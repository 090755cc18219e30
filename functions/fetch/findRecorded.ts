import { globSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { SourceError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Form } from '../../core/source.ts';
import type { Algorithm } from '../shared/digest.ts';
import { isOfOnePeriod, periodFolder } from '../shared/recording.ts';

/** A file of a recording: its path below the recording's folder. */
export interface RecordedFile {
  readonly path: string;
  readonly local: string;
  readonly bytes: number;
  /** By which its digest is to be taken, in place of the usual one. */
  readonly algorithm?: Algorithm;
}

/** What is said of a file without a byte, by the form of its source. */
export const EMPTY: Readonly<Record<Form['format'], string>> = {
  csv: 'the file is empty: not even a header',
  json: 'the file is empty: it holds no record',
  parquet: 'the file is empty: it is no Parquet file',
  values: 'the file is empty: it holds no value list',
  text: 'the file is empty',
};

/** The source's glob, with the period in place of `{yyyy}`, `{MM}`, `{dd}`. */
export const periodGlob = (files: string, period: Period): string => {
  const [yyyy = '', month = '', day = ''] = period.first.split('-');
  return files
    .replaceAll('{yyyy}', yyyy)
    .replaceAll('{MM}', month)
    .replaceAll('{dd}', period.kind === 'month' ? '*' : day);
};

const byBytes = (a: RecordedFile, b: RecordedFile) =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));

/** Sorted by path; without what belongs to one period alone. */
const filesBelow = (folder: string, pattern: string): RecordedFile[] =>
  // Of thousands of small files, asking without waiting takes a third.
  globSync(pattern, { cwd: folder })
    .flatMap((name) => {
      const path = name.split(sep).join('/');
      const local = join(folder, name);
      const info = statSync(local);
      return info.isFile() && !isOfOnePeriod(path)
        ? [{ path, local, bytes: info.size }]
        : [];
    })
    .sort(byBytes);

/** Whether a recording has any file of a source for a period. */
export const isRecorded = (
  { files }: Pick<PlanSource, 'files'>,
  folder: string,
  period: Period,
): boolean => {
  const pattern = periodGlob(files, period);
  return [folder, join(folder, periodFolder(period.label))].some(
    (cwd) => globSync(pattern, { cwd }).length > 0,
  );
};

/**
 * The recorded files of a source, sorted by path: those in the period's own
 * folder (`date=<label>`), where there are some, else those of the recording.
 * @throws SourceError where the folder or the files are not there, and for an
 *   empty file.
 */
export const findRecorded = (
  source: PlanSource,
  folder: string,
  period: Period,
): RecordedFile[] => {
  const pattern = periodGlob(source.files, period);
  const own = filesBelow(join(folder, periodFolder(period.label)), pattern);
  const files = own.length > 0 ? own : filesBelow(folder, pattern);
  const place = { source: source.name };
  if (files.length === 0) {
    const hasPeriods = globSync(periodFolder('*'), { cwd: folder }).length > 0;
    throw new SourceError(
      `no file matches ${pattern} in ${folder}` +
        (hasPeriods ? `, nor in its ${periodFolder(period.label)}` : ''),
      place,
    );
  }
  const empty = files.find(({ bytes }) => bytes === 0);
  if (empty)
    throw new SourceError(EMPTY[source.form.format], {
      ...place,
      file: empty.path,
    });
  return files;
};
