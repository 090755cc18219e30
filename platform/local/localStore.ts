import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import pLimit from 'p-limit';
import { UsageError } from '../../core/errors.ts';
import type { Flushed, Store, StoreEntry } from '../ports.ts';
import type { FileSystem } from './fileSystem.ts';

const isMissing = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === 'ENOENT';
const exists = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === 'EEXIST';

/** Windows lets nobody flush what another one reads: there it is done at once. */
const IS_LASTING = process.platform === 'win32';
const isNow = (flushed: Flushed) => IS_LASTING || flushed === 'now';
/** Others need threads, too. */
const FLUSHES_AT_ONCE = 2;

/**
 * Objects as files below one folder. A write goes to a name beside the target
 * and takes its place by a rename, so that nobody reads half of it.
 */
export const localStore = (root: string, fs: FileSystem): Store => {
  const pathOf = (key: string) => {
    const path = join(root, key);
    if (path !== root && !path.startsWith(root + sep))
      throw new UsageError(`the key "${key}" leads out of the lake`);
    return path;
  };

  /** What cannot be removed is no object all the same. */
  const discard = (beside: string) =>
    fs.rm(beside, { force: true }).catch(() => {});

  /** Fills a file beside the target, then puts it in its place. */
  const viaBeside = async <T>(
    path: string,
    fill: (beside: string) => Promise<void>,
    place: (beside: string) => Promise<T>,
  ): Promise<T> => {
    await fs.mkdir(dirname(path), { recursive: true });
    const beside = `${path}.${randomUUID()}.tmp`;
    try {
      await fill(beside);
      return await place(beside);
    } catch (error) {
      await discard(beside);
      throw error;
    }
  };

  const filled =
    (body: string | readonly Uint8Array[], flushed: Flushed) =>
    async (beside: string) => {
      const file = await fs.open(beside, 'wx');
      try {
        await file.writeFile(body);
        if (isNow(flushed)) await file.sync();
      } finally {
        await file.close();
      }
    };

  /** A rename may outlive a power failure that the bytes do not. */
  const flush = async (path: string) => {
    // A copy of a read-only file is read-only; Windows flushes only writers.
    const file = await fs.open(path, 'r+').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
      return fs.open(path, 'r');
    });
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  };

  const copyBeside = (file: string, path: string, flushed: Flushed) =>
    viaBeside(
      path,
      async (beside) => {
        await fs.copyFile(file, beside, constants.COPYFILE_FICLONE);
        if (isNow(flushed)) await flush(beside);
      },
      (beside) => fs.rename(beside, path),
    );

  const isUnfinished = (path: string) => path.endsWith('.tmp');

  const walk = async (folder: string): Promise<string[]> => {
    const entries = await fs
      .readdir(folder, { withFileTypes: true })
      .catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
    const nested = entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return walk(path);
      return Promise.resolve([path]);
    });
    return (await Promise.all(nested)).flat();
  };

  /** The paths of all files, finished or not, whose keys begin so; sorted. */
  const pathsBelow = async (prefix: string): Promise<[string, string][]> => {
    const cut = prefix.lastIndexOf('/') + 1;
    const paths = await walk(pathOf(prefix.slice(0, cut)));
    return paths
      .map((path): [string, string] => [
        relative(root, path).split(sep).join('/'),
        path,
      ])
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  };

  /** What is removed between the look at the folder and at the file is gone. */
  const entriesOf = async (
    paths: readonly [string, string][],
  ): Promise<StoreEntry[]> => {
    const found: StoreEntry[] = [];
    for (const [key, path] of paths)
      try {
        const { size, mtime } = await fs.stat(path);
        found.push({ key, bytes: size, modified: mtime });
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    return found;
  };

  /** Removes folders that nothing is in any more, from the inside out. */
  const prune = async (folder: string): Promise<void> => {
    for (let path = folder; path.startsWith(root + sep); path = dirname(path))
      try {
        await fs.rmdir(path);
      } catch (error) {
        if (!isMissing(error)) return;
      }
  };

  return {
    isLasting: IS_LASTING,

    read: async (key) =>
      fs.readFile(pathOf(key), 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),

    write: async (key, body, flushed = 'now') => {
      const path = pathOf(key);
      const place = (beside: string) => fs.rename(beside, path);
      await viaBeside(path, filled(body, flushed), place);
    },

    create: async (key, body) => {
      const path = pathOf(key);
      return viaBeside(path, filled(body, 'now'), async (beside) => {
        try {
          await fs.link(beside, path);
        } catch (error) {
          if (!exists(error)) throw error;
          await discard(beside);
          return false;
        }
        await discard(beside);
        return true;
      });
    },

    list: async (prefix) =>
      (await pathsBelow(prefix))
        .map(([key]) => key)
        .filter((key) => !isUnfinished(key)),

    entries: async (prefix) =>
      entriesOf(
        (await pathsBelow(prefix)).filter(([key]) => !isUnfinished(key)),
      ),

    unfinished: async (prefix) =>
      entriesOf(
        (await pathsBelow(prefix)).filter(([key]) => isUnfinished(key)),
      ),

    remove: async (key) => fs.rm(pathOf(key), { force: true }),

    removeAll: async (prefix) => {
      const folder = resolve(pathOf(prefix));
      if (!prefix.endsWith('/') || folder === root)
        throw new UsageError(`"${prefix}" is no folder below the lake`);
      await fs.rm(folder, { recursive: true, force: true });
      await prune(dirname(folder));
    },

    upload: async (file, key, flushed = 'now') => {
      const path = pathOf(key);
      await fs.mkdir(dirname(path), { recursive: true });
      if (isNow(flushed)) await flush(file);
      await fs.rename(file, path).catch(async (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
        await copyBeside(file, path, flushed);
        await fs.rm(file);
      });
    },

    copy: async (file, key, flushed = 'now') =>
      copyBeside(file, pathOf(key), flushed),

    flush: async (keys) => {
      if (IS_LASTING) return;
      const few = pLimit(FLUSHES_AT_ONCE);
      const each = keys.map((key) => few(() => flush(pathOf(key))));
      // Nobody is told before the last one has ended.
      await Promise.allSettled(each);
      await Promise.all(each);
    },

    local: async (key) => pathOf(key),
  };
};
