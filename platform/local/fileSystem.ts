import * as fs from '../shortFiles.ts';

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

export const fileSystem: FileSystem = fs;
