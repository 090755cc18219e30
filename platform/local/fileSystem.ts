import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import * as fs from 'node:fs/promises';

/** The file operations that change something, so that tests can stop at each. */
export type FileSystem = Pick<
  typeof fs,
  | 'copyFile'
  | 'link'
  | 'mkdir'
  | 'open'
  | 'readdir'
  | 'readFile'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'stat'
  | 'writeFile'
>;

/** At once: a small file is read in a quarter of the time that threads take. */
const now =
  <A extends unknown[], R>(act: (...args: A) => R) =>
  async (...args: A): Promise<R> =>
    act(...args);

export const fileSystem: FileSystem = {
  ...fs,
  link: now(linkSync),
  mkdir: now(mkdirSync) as typeof fs.mkdir,
  readdir: now(readdirSync) as unknown as typeof fs.readdir,
  readFile: now(readFileSync) as typeof fs.readFile,
  rename: now(renameSync),
  rmdir: now(rmdirSync) as typeof fs.rmdir,
  stat: now(statSync) as unknown as typeof fs.stat,
};
