import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * A folder for one instance of the engine to spill to; the engine makes it when
 * it needs it. DuckDB gives its files there fixed names, so two processes that
 * share a folder overwrite each other's rows. What killed processes of this
 * machine left is removed.
 */
export const spillFolder = (parent: string): string => {
  mkdirSync(parent, { recursive: true });
  const host = hostname();
  for (const name of readdirSync(parent)) {
    const [, pid] = name.slice(host.length).split('.');
    if (name.startsWith(`${host}.`) && !isAlive(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
  const unique = randomBytes(4).toString('hex');
  return join(parent, `${host}.${process.pid}.${unique}`);
};
