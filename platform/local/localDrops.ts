import { readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { SourceError } from '../../core/errors.ts';
import type { DropFolder, DroppedFile, Drops } from '../ports.ts';

// Of thousands of small files, asking without waiting takes a third.
const statOf = (local: string) => {
  const found = statSync(local, { bigint: true, throwIfNoEntry: false });
  if (!found?.isFile()) return undefined;
  return {
    bytes: Number(found.size),
    version: `${found.size}-${found.mtimeNs}`,
  };
};

const entriesBelow = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Files below a folder of this machine; their version is size and time. */
const localFolder = (root: string): DropFolder => {
  const confirm = async ({ path, version }: DroppedFile) => {
    if (statOf(join(root, path))?.version !== version)
      throw new SourceError(
        'the file changed while it was landed: run again when it is whole',
        { file: path },
      );
  };
  return {
    name: root,
    list: async (prefix) => {
      const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const found: DroppedFile[] = [];
      for (const entry of entriesBelow(join(root, below))) {
        const local = join(entry.parentPath, entry.name);
        const path = local
          .slice(root.length + 1)
          .split(sep)
          .join('/');
        const about = path.startsWith(prefix) ? statOf(local) : undefined;
        if (about) found.push({ path, ...about });
      }
      return found.sort((a, b) =>
        Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
      );
    },
    local: async (file) => join(root, file.path),
    confirm,
  };
};

/** A folder of this machine, below it one for each pipeline; and S3. */
export const localDrops = (root: string): Drops => ({
  open: async (pipeline, folder) => {
    if (folder === undefined) return localFolder(join(root, pipeline));
    const { s3Folder } = await import('../aws/s3Folder.ts');
    return s3Folder(folder);
  },
});
