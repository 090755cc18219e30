import { type Dirent, readdirSync, type Stats } from 'node:fs';
import { SourceError } from '../../core/errors.ts';

/** What of a file is another as soon as its bytes are others. */
export type Look = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>;

export const versionOf = ({ size, mtimeMs, ctimeMs, ino }: Look): string =>
  `${size}-${mtimeMs}-${ctimeMs}-${ino}`;

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

export const changedWhileLanded = (path: string): SourceError =>
  new SourceError(
    'the file changed while it was landed: run again when it is whole',
    { file: path },
  );
