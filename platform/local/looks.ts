import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { SourceError } from '../../core/errors.ts';

/** What of a file is another as soon as its bytes are others. */
export type Look = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>;

const numbers = new Float64Array(4);
const numberBytes = Buffer.from(numbers.buffer);

/** The same for the same looks. In decimal, times would take ten times as long. */
export const versionOf = ({ size, mtimeMs, ctimeMs, ino }: Look): string => {
  numbers[0] = size;
  numbers[1] = mtimeMs;
  numbers[2] = ctimeMs;
  numbers[3] = ino;
  return numberBytes.toString('hex');
};

/** Node puts it in place of bytes that are no UTF-8: the name leads nowhere. */
const REPLACED = '\uFFFD';

/** Whether a name may not be the one that a file has. */
export const isOdd = (path: string): boolean => path.includes(REPLACED);

export const notUtf8 = (path: string): SourceError =>
  new SourceError(
    'its name is not UTF-8, so that it cannot be opened: rename it',
    { file: path },
  );

/** A file that is there and does not give its bytes: the system names none. */
export const unreadable = (path: string, cause: unknown): SourceError =>
  new SourceError(
    `it cannot be read: ${(cause as Error).message}`,
    { file: path },
    { cause },
  );

/** What is in a folder; nothing where there is none. */
export const entriesOf = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
};

/** What is there now, behind links too; nothing where nothing is. */
export const lookAt = (path: string): Stats | undefined =>
  statSync(path, { throwIfNoEntry: false });

/** Whether a link leads to a file; one that cannot be followed may. */
const leadsToFile = (path: string): boolean => {
  try {
    return lookAt(path)?.isFile() ?? false;
  } catch {
    return true;
  }
};

/** Whether an entry is a file to be opened: whoever opens a pipe takes from it. */
export const isFileAt = (path: string, entry: Dirent): boolean =>
  entry.isFile() || (entry.isSymbolicLink() && leadsToFile(path));

export const changedWhileLanded = (path: string): SourceError =>
  new SourceError(
    'the file changed while it was landed: run again when it is whole',
    { file: path },
  );
