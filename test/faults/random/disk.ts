import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fillDisk, mountDisk } from '../../support/smallDisk.ts';
import type { Attempt } from '../tryAll.ts';
import { run } from './process.ts';
import type { Seeded } from './seeded.ts';
import { answersAt, problemsOf, type Stage, succeed } from './stage.ts';

const MIB = 1 << 20;

/** What a run of one pipeline on its sample needs at most, in bytes. */
const NEEDED = MIB;

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
    const makeRoom = await fillDisk(folder, left);
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
