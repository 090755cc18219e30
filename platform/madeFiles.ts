import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MadeFiles, Store } from './ports.ts';

/** What an engine made in a folder of this machine. */
export const filesOfFolder = (
  store: Pick<Store, 'upload'>,
  folder: string,
): MadeFiles => ({
  list: () => readdir(folder).catch((): string[] => []),
  read: (file) =>
    readFile(join(folder, file), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }),
  move: (file, key) => store.upload(join(folder, file), key),
});
