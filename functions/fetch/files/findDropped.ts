import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import picomatch from 'picomatch';
import { SourceError } from '../../../core/errors.ts';
import type { Period } from '../../../core/period.ts';
import type { PlanSource } from '../../../core/plan.ts';
import type { DropFolder, DroppedFile } from '../../../platform/ports.ts';
import { isOfOnePeriod, periodFolder } from '../../shared/recording.ts';
import { EMPTY, periodGlob } from '../findRecorded.ts';
import { isWanted, mayHold, type Wanted } from './wanted.ts';

/** A dropped file, and the path that its records have as their origin. */
export interface FoundFile extends DroppedFile {
  readonly dropped: DroppedFile;
}

/** The part of a glob before its first wildcard. */
export const fixedPart = (glob: string): string =>
  /^[^*?[\]{}!()]*/.exec(glob)?.[0] ?? '';

/** Taken apart once: for thousands of paths that is most of the time. */
export const wantedBy = (glob: string): Wanted => ({
  glob,
  // A name may hold a line end.
  pattern: picomatch.makeRe(glob, { flags: 's' }),
});

const below = async (
  folder: DropFolder,
  root: string,
  glob: string,
): Promise<FoundFile[]> => {
  const wanted = wantedBy(glob);
  const found: FoundFile[] = [];
  for (const dropped of await folder.list(`${root}${fixedPart(glob)}`)) {
    const path = dropped.path.slice(root.length);
    const { bytes, version, fault } = dropped;
    const isFolder = path.endsWith('/');
    const counts = isFolder ? mayHold(wanted, path) : isWanted(wanted, path);
    if (isOfOnePeriod(path) || !counts) continue;
    if (fault) throw fault;
    found.push({ path, bytes, version, dropped });
  }
  return found;
};

/**
 * The dropped files of a source, sorted by path: those in the period's own
 * folder (`date=<label>`), where there are some, else those of the folder.
 * @throws SourceError for an empty file, and for one that cannot be opened.
 */
export const findDropped = async (
  folder: DropFolder,
  { files, form }: Pick<PlanSource, 'files' | 'form'>,
  period: Period,
): Promise<FoundFile[]> => {
  const glob = periodGlob(files, period);
  const own = await below(folder, `${periodFolder(period.label)}/`, glob);
  const found = own.length > 0 ? own : await below(folder, '', glob);
  const empty = found.find(({ bytes }) => bytes === 0);
  if (empty)
    throw new SourceError(EMPTY[form.format], {
      file: empty.path,
    });
  return found;
};

/** Which of so many parts a file is in: files of one folder are together. */
export const partOf = (path: string, parts: number): number =>
  createHash('sha256').update(posix.dirname(path)).digest().readUInt32BE() %
  parts;
