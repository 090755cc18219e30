import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * Makes `parent/name` all at once: `build` fills a temporary folder and gives
 * the path inside it which then becomes `parent/name`. The temporary folder
 * goes in every case; those that killed processes left behind go too.
 *
 * Gives the finished folder's path. A process that loses the race to another
 * one uses the winner's folder.
 */
export async function buildFolder(
  parent: string,
  name: string,
  build: (temp: string) => Promise<string>,
): Promise<string> {
  await mkdir(parent, { recursive: true });
  const prefix = `${name}.tmp-`;
  for (const entry of await readdir(parent)) {
    if (!entry.startsWith(prefix)) continue;
    const pid = Number(entry.slice(prefix.length));
    if (pid === process.pid || !isAlive(pid)) {
      await rm(join(parent, entry), { recursive: true, force: true });
    }
  }
  const temp = join(parent, `${prefix}${process.pid}`);
  const target = join(parent, name);
  await mkdir(temp);
  try {
    await rename(await build(temp), target).catch((error) => {
      if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error;
    });
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
  return target;
}
