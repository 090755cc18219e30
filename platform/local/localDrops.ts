import { lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { sortByPath } from '../byteOrder.ts';
import type { DropFolder, DroppedFile, Drops } from '../ports.ts';
import { readTogether } from '../readTogether.ts';
import {
  changedWhileLanded,
  entriesOf,
  isOdd,
  lookAt,
  notUtf8,
  versionOf,
} from './looks.ts';

// Of thousands of small files, asking without waiting takes a third.
const statOf = (local: string) => {
  const found = lookAt(local);
  if (!found?.isFile()) return undefined;
  return { bytes: found.size, version: versionOf(found) };
};

/** Whether nothing has the name under which it is listed. */
const isLost = (local: string) =>
  isOdd(local) && !lstatSync(local, { throwIfNoEntry: false });

/**
 * Paths below a folder, `/` between the parts; links to folders are none. One
 * that cannot be opened is listed itself, with a `/` at its end.
 */
const pathsBelow = (root: string, folder: string, found: string[] = []) => {
  for (const entry of entriesOf(`${root}/${folder}`)) {
    const path = folder + entry.name;
    const isFolder = entry.isDirectory();
    if (isFolder && !isLost(`${root}/${path}`))
      pathsBelow(root, `${path}/`, found);
    else found.push(isFolder ? `${path}/` : path);
  }
  return found;
};

/** Files below a folder of this machine; their version is size and time. */
const localFolder = (root: string): DropFolder => {
  const confirm = async (file: DroppedFile) => {
    if (statOf(`${root}/${file.path}`)?.version !== file.version)
      throw changedWhileLanded(file.path);
  };
  const open = (file: DroppedFile) => {
    try {
      return openSync(`${root}/${file.path}`, 'r');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ENOENT' ? changedWhileLanded(file.path) : error;
    }
  };
  return {
    name: root,
    path: root,
    list: async (prefix) => {
      const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const found: DroppedFile[] = [];
      const odd = new Set<string>();
      for (const path of pathsBelow(root, below)) {
        if (!path.startsWith(prefix)) continue;
        const local = `${root}/${path}`;
        const about = path.endsWith('/') ? undefined : statOf(local);
        // Listed twice, it is another one the second time.
        const isFault = about ? odd.has(path) : isLost(local);
        if (isOdd(path)) odd.add(path);
        if (isFault)
          found.push({ path, bytes: 0, version: '', fault: notUtf8(path) });
        else if (about) found.push({ path, ...about });
      }
      return sortByPath(found);
    },
    local: async (file) => {
      await confirm(file);
      return `${root}/${file.path}`;
    },
    confirm,
    read: async (files) => readTogether(files, open),
  };
};

/** A folder of this machine, below it one for each pipeline; and S3. */
export const localDrops = (root: string): Drops => ({
  open: async (pipeline, folder) => {
    if (folder === undefined) return localFolder(join(root, pipeline));
    if (!folder.startsWith('s3://'))
      throw new UsageError(`${folder} is no prefix of S3`, { pipeline });
    const { s3Folder } = await import('../aws/s3Folder.ts');
    return s3Folder(folder);
  },
});
