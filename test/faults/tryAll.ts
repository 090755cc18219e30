import { cpus } from 'node:os';
import pLimit from 'p-limit';
import { killAndGoOn, type Scene } from './killAndGoOn.ts';
import type { Lakes } from './lakes.ts';
import type { Moment } from './moments.ts';

/** A moment of a scene, and what was wrong after a kill there. */
export interface Tried {
  readonly name: string;
  readonly problems: readonly string[];
}

/** Kills at each of the moments, some at once. */
export const tryAll = async (
  lakes: Lakes,
  scene: Scene,
  moments: readonly Moment[],
  onTried: (tried: Tried) => void = () => {},
): Promise<Tried[]> => {
  const limit = pLimit(Math.max(2, Math.min(4, cpus().length)));
  const tryOne = async ({ name, kill }: Moment): Promise<Tried> => {
    const problems = await killAndGoOn(lakes, scene, kill).catch(
      (error: Error) => [error.stack ?? error.message],
    );
    const tried = { name: `${scene.name}, ${name}`, problems };
    onTried(tried);
    return tried;
  };
  return Promise.all(moments.map((moment) => limit(() => tryOne(moment))));
};
