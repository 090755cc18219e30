import { join } from 'node:path';
import type { MadeFiles, Store } from './ports.ts';
import { readdir, readFile } from './shortFiles.ts';

/** What is not there is nothing; any other error is one. */
const orNothing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

/** What an engine made in a folder of this machine. */
export const filesOfFolder = (
  store: Pick<Store, 'upload'>,
  folder: string,
): MadeFiles => ({
  list: async () => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(
      orNothing,
    );
    return (entries ?? [])
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  },
  read: (file) => readFile(join(folder, file), 'utf8').catch(orNothing),
  move: (file, key) => store.upload(join(folder, file), key),
});
