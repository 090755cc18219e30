import { execFile } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../../core/errors.ts';

const execute = promisify(execFile);

/** Mounting takes root. */
export const mayMount =
  process.platform === 'linux' && process.getuid?.() === 0;

/**
 * Mounts a disk of 64 MiB in memory at a folder.
 * @returns how to take it away, with all that is on it.
 * @throws UsageError where this process may not mount.
 */
export const mountDisk = async (
  folder: string,
): Promise<() => Promise<void>> => {
  await mkdir(folder, { recursive: true });
  try {
    const options = ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder];
    await execute('mount', options);
  } catch (cause) {
    throw new UsageError(
      'a disk that fills needs leave to mount one in memory: run as root',
      {},
      { cause },
    );
  }
  return async () => {
    await execute('umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  };
};

/** Leaves just so many bytes of a disk. @returns how to give the rest back. */
export const fillDisk = async (
  folder: string,
  left: number,
): Promise<() => Promise<void>> => {
  const { bavail, bsize } = await statfs(folder);
  const ballast = join(folder, 'ballast');
  await writeFile(ballast, Buffer.alloc(Math.max(bavail * bsize - left, 0)));
  return () => rm(ballast, { force: true });
};
