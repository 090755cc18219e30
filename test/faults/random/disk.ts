import { execFile } from 'node:child_process';
import { cp, mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../../../core/errors.ts';
import type { Attempt } from '../tryAll.ts';
import { run } from './process.ts';
import type { Seeded } from './seeded.ts';
import { answersAt, problemsOf, type Stage, succeed } from './stage.ts';

const execute = promisify(execFile);
const MIB = 1 << 20;

/** What a run of one pipeline on its sample needs at most, in bytes. */
const NEEDED = MIB;

/**
 * A disk of its own, in memory; it takes root, which `run.ts` asks the system
 * for where this process is not.
 */
const mountDisk = async (folder: string): Promise<() => Promise<void>> => {
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
const fill = async (folder: string, left: number) => {
  const { bavail, bsize } = await statfs(folder);
  const ballast = join(folder, 'ballast');
  await writeFile(ballast, Buffer.alloc(Math.max(bavail * bsize - left, 0)));
  return () => rm(ballast, { force: true });
};

/** A run on a disk with too little room, or just enough, then with room. */
const problemsOnDisk = async (
  stage: Stage,
  name: string,
  left: number,
): Promise<string[]> => {
  const folder = join(stage.folder, 'disk');
  const unmount = await mountDisk(folder);
  try {
    const lake = join(folder, 'lake');
    await cp(stage.template, lake, { recursive: true });
    await succeed(lake, stage.replays.whole, [name]);
    const makeRoom = await fill(folder, left);
    const { code, signal, said } = await run(lake, stage.replays.thinned, [
      name,
    ]).end;
    const right = stage.answers[name];
    const problems: string[] = [];
    const seen = (await answersAt(lake, [name]))[name];
    if (code === 0 && seen !== right?.thinned)
      problems.push(`it ended well, and readers see ${seen}`);
    if (code !== 0 && seen !== right?.whole && seen !== right?.thinned)
      problems.push(`readers see ${seen}`);
    if (code !== 0 && (code !== 1 || !/no space|disk full|ENOSPC/i.test(said)))
      problems.push(`no clear end: ${code ?? signal} ${said.slice(-600)}`);
    await makeRoom();
    await succeed(lake, stage.replays.thinned, [name]);
    const after = (await answersAt(lake, [name]))[name];
    if (after !== right?.thinned) problems.push(`then readers see ${after}`);
    return [...problems, ...(await problemsOf(lake, stage.pipelines))];
  } finally {
    await unmount();
  }
};

/** Disks with some room, at random, but too little for most. */
export const fullDisks = (
  stage: Stage,
  random: Seeded,
  count: number,
): Attempt[] =>
  Array.from({ length: count }, () => {
    const name = random.pick(stage.pipelines);
    const left = random.below(NEEDED);
    return {
      name: `a disk with ${left} bytes left for ${name}`,
      problems: () => problemsOnDisk(stage, name, left),
    };
  });
