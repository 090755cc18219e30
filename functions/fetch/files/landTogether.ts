import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as yielded } from 'node:timers/promises';
import { SourceError } from '../../../core/errors.ts';
import { sortByPath } from '../../../platform/byteOrder.ts';
import { changedWhileLanded } from '../../../platform/local/looks.ts';
import { isOfOnePeriod, periodFolder } from '../../shared/recording.ts';
import { periodGlob } from '../findRecorded.ts';
import { areMerged, isMergeable } from '../land.ts';
import type { LandContext } from '../lander.ts';
import type { ManifestFile } from '../manifest.ts';
import { fixedPart, wantedBy } from './findDropped.ts';
import { filesOf, type Landed } from './gather.ts';
import type { Shared, ShareOrder } from './share.ts';
import { shareBeside } from './shareBeside.ts';
import { shareHere } from './shareHere.ts';
import { turnsOf } from './turns.ts';
import { unitsBelow } from './units.ts';

const packOf = (scratch: string, thread: number) =>
  join(scratch, `share-${thread}`);

/** Both threads' shares, whoever takes what; none where one is unfit. */
const sharesOf = async (
  order: Omit<ShareOrder, 'packs'>,
  scratch: string,
  here: typeof shareHere,
): Promise<Shared[] | undefined> => {
  const turns = turnsOf(order.units.length);
  const beside = shareBeside({ ...order, packs: packOf(scratch, 1) }, turns);
  try {
    const own = await here({ ...order, packs: packOf(scratch, 0) }, turns);
    // A thread that begins when all is done has nothing to say.
    const isAll = own?.units.length === order.units.length;
    const other = isAll ? undefined : await beside?.said;
    if (turns.isStopped() || !own) return undefined;
    return other ? [own, other] : [own];
  } catch (error) {
    turns.stop();
    await beside?.stop();
    throw error;
  } finally {
    // Nothing of it is used any more, so that nobody waits for its end.
    void beside?.stop();
  }
};

/** The keys of packs, by thread: each has a number of its own. */
const keysOf = (folder: string, shares: readonly Shared[]): Landed[] => {
  let number = 0;
  return shares.map((shared) => ({
    shared,
    keys: Array.from(
      { length: shared.written },
      () => `${folder}pack-${number++}.bin`,
    ),
  }));
};

/** Makes the packs of threads objects. */
const upload = async (
  { platform: { store }, scratch }: LandContext,
  landed: readonly Landed[],
): Promise<void> => {
  const each = landed.map(async ({ keys }, thread) => {
    for (const [pack, key] of keys.entries())
      await store.upload(`${packOf(scratch, thread)}-${pack}`, key);
  });
  await Promise.all(each);
};

/** @throws SourceError for the first file of all that is wrong. */
const refuseFaults = (shares: readonly Shared[], below: string) => {
  const [changed] = sortByPath(
    shares.flatMap(({ changed: path }) => (path === undefined ? [] : { path })),
  );
  if (changed) throw changedWhileLanded(below + changed.path);
  const [wrong] = sortByPath(shares.flatMap(({ wrong }) => wrong ?? []));
  if (wrong) throw new SourceError(wrong.reason, wrong.place);
};

const landBelow = async (
  context: LandContext,
  root: string,
  below: string,
  here: typeof shareHere,
): Promise<ManifestFile[] | undefined> => {
  const { source, period, scratch } = context;
  const glob = periodGlob(source.files, period);
  const place = `${root}/${below}`;
  const units = unitsBelow(place, fixedPart(glob), isOfOnePeriod);
  if (units.length === 0) return undefined;
  await mkdir(scratch, { recursive: true });
  const order = { ...wantedBy(glob), root: place, source, units };
  const shares = await sharesOf(order, scratch, here);
  const sum = (of: (shared: Shared) => number) =>
    (shares ?? []).reduce((total, shared) => total + of(shared), 0);
  const count = sum(({ bytes }) => bytes.length);
  const total = sum(({ bytes }) => bytes.reduce((a, b) => a + b, 0));
  if (!shares || !areMerged(source, count, total)) {
    await rm(scratch, { recursive: true, force: true });
    return undefined;
  }
  const landed = keysOf(context.folder, shares);
  const [files] = await Promise.all([
    // After the first pack was given to the disk, which takes as long.
    yielded().then(() => filesOf(landed)),
    upload(context, landed),
  ]);
  refuseFaults(shares, below);
  return files;
};

/**
 * Lands many small files of a folder of this machine, merged into packs: this
 * thread and another one share them, and read each as they find it.
 * @param here how this thread lands its share.
 * @returns none where they are not such files: nothing has landed then.
 * @throws SourceError as where they are landed one after the other.
 */
export const landTogether = async (
  context: LandContext,
  root: string,
  here = shareHere,
): Promise<ManifestFile[] | undefined> => {
  if (!isMergeable(context.source)) return undefined;
  const own = `${periodFolder(context.period.label)}/`;
  return landBelow(context, root, existsSync(join(root, own)) ? own : '', here);
};
