import { globSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { SourceError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { PlanSource } from '../../core/plan.ts';

/** A file of a recording: its path below the recording's folder. */
export interface RecordedFile {
  readonly path: string;
  readonly local: string;
  readonly bytes: number;
}

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

/**
 * The recorded files of a source, sorted by path.
 * @throws SourceError where the folder or the files are not there, and for an
 *   empty file.
 */
export const findRecorded = (
  source: PlanSource,
  folder: string,
  period: Period,
): RecordedFile[] => {
  const pattern = periodGlob(source.files, period);
  // Of thousands of small files, asking without waiting takes a third.
  const found = globSync(pattern, { cwd: folder }).map((name) => {
    const local = join(folder, name);
    const info = statSync(local);
    const path = name.split(sep).join('/');
    return { path, local, bytes: info.size, isFile: info.isFile() };
  });
  const files = found.filter(({ isFile }) => isFile).sort(byBytes);
  const place = { source: source.name };
  if (files.length === 0)
    throw new SourceError(`no file matches ${pattern} in ${folder}`, place);
  const empty = files.find(({ bytes }) => bytes === 0);
  if (empty)
    throw new SourceError('the file is empty: not even a header', {
      ...place,
      file: empty.path,
    });
  return files.map(({ path, local, bytes }) => ({ path, local, bytes }));
};
