import { basename, join } from 'node:path';
import {
  type FileSystem,
  fileSystem,
} from '../../platform/local/fileSystem.ts';
import type { OpenFile } from '../../platform/shortFiles.ts';

/** One change of the file system, in the order of their beginning. */
export interface Operation {
  readonly number: number;
  readonly name: string;
  /** The folder and the name of the file, for a reader. */
  readonly file: string;
  /** Writes half of what is to be written, where that can be. */
  readonly half?: () => Promise<unknown>;
}

/** Called at each operation; may throw, or never come back. */
export interface Watch {
  before?(operation: Operation): void | Promise<void>;
  after?(operation: Operation): void | Promise<void>;
}

const shortPath = (path: unknown) =>
  String(path).split('/').slice(-3, -1).join('/').concat('/') +
  basename(String(path)).replace(/\.[0-9a-f-]{36}\.tmp$/, '.tmp');

const halfOf = (body: string) => body.slice(0, Math.floor(body.length / 2));

/** The first half of the files below a folder, rounded up. */
const removeHalf = async (folder: string) => {
  const entries = await fileSystem.readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries.filter((entry) => entry.isFile());
  for (const { parentPath, name } of files.slice(
    0,
    Math.ceil(files.length / 2),
  ))
    await fileSystem.rm(join(parentPath, name));
};

/** The file system, with a watch on every operation that changes it. */
export const watchedFileSystem = (watch: Watch): FileSystem => {
  let count = 0;
  const watched = async <T>(
    name: string,
    path: unknown,
    act: () => Promise<T>,
    half?: () => Promise<unknown>,
  ): Promise<T> => {
    const operation: Operation = {
      number: ++count,
      name,
      file: shortPath(path),
      ...(half && { half }),
    };
    await watch.before?.(operation);
    const result = await act();
    await watch.after?.(operation);
    return result;
  };

  const watchedHandle = (path: unknown, handle: OpenFile): OpenFile => {
    return {
      ...handle,
      writeFile: (body) =>
        watched(
          'write',
          path,
          () => handle.writeFile(body),
          () => handle.writeFile(halfOf(String(body))),
        ),
      sync: () => watched('sync', path, () => handle.sync()),
    };
  };

  return {
    ...fileSystem,
    copyFile: (from, to, mode) =>
      watched(
        'copyFile',
        to,
        () => fileSystem.copyFile(from, to, mode),
        async () =>
          fileSystem.writeFile(
            to as string,
            halfOf(await fileSystem.readFile(from as string, 'utf8')),
          ),
      ),
    link: (from, to) => watched('link', to, () => fileSystem.link(from, to)),
    mkdir: ((path, options) =>
      watched('mkdir', path, () =>
        fileSystem.mkdir(path, options),
      )) as FileSystem['mkdir'],
    open: async (path, ...rest) => {
      const open = () => fileSystem.open(path, ...rest);
      return watchedHandle(path, await watched('open', path, open));
    },
    rename: (from, to) =>
      watched('rename', to, () => fileSystem.rename(from, to)),
    rm: (path, options) =>
      watched(
        'rm',
        path,
        () => fileSystem.rm(path, options),
        options?.recursive ? () => removeHalf(String(path)) : undefined,
      ),
  };
};
