import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as others } from 'node:timers/promises';
import { SourceError } from '../../../core/errors.ts';
import { sortByPath } from '../../../platform/byteOrder.ts';
import {
  changedWhileLanded,
  lookAt,
  versionOf,
} from '../../../platform/local/looks.ts';
import { mkdir, rm } from '../../../platform/shortFiles.ts';
import { isOfOnePeriod, periodFolder } from '../../shared/recording.ts';
import { periodGlob } from '../findRecorded.ts';
import { areMerged, isMergeable } from '../land.ts';
import type { LandContext } from '../lander.ts';
import type { ManifestFile } from '../manifest.ts';
import {
  BETWEEN_FILES,
  type ManifestText,
  type ManifestTotals,
} from '../manifestText.ts';
import { fixedPart, wantedBy } from './findDropped.ts';
import { packName, type Shared, type ShareOrder } from './share.ts';
import { shareBeside } from './shareBeside.ts';
import { shareHere } from './shareHere.ts';
import { isStill, type Still, stillBefore } from './still.ts';
import { turnsOf } from './turns.ts';
import { type Units, unitsBelow } from './units.ts';

/** So many files are looked at again before others have their turn. */
const AT_ONCE = 256;

/** Both threads' shares, whoever takes what; none where one is unfit. */
const sharesOf = async (
  order: Omit<ShareOrder, 'thread'>,
  here: typeof shareHere,
): Promise<Shared[] | undefined> => {
  const turns = turnsOf(order.units.length);
  const beside = shareBeside({ ...order, thread: 1 }, turns);
  try {
    const own = await here({ ...order, thread: 0 }, turns);
    // A thread that begins when all is done has nothing to say.
    const isAll = own?.units.length === order.units.length;
    const other = isAll ? undefined : await beside?.said;
    const shares = [own, other].flatMap((shared) => shared ?? []);
    const taken = shares.reduce((sum, { units }) => sum + units.length, 0);
    return turns.isStopped() || taken < order.units.length ? undefined : shares;
  } catch (error) {
    turns.stop();
    await beside?.stop();
    throw error;
  } finally {
    // Nothing of it is used any more, so that nobody waits for its end.
    void beside?.stop();
  }
};

/** Makes the packs of threads objects. */
const upload = async (
  { platform: { store }, scratch, folder }: LandContext,
  shares: readonly Shared[],
): Promise<void> => {
  const each = shares.map(async ({ packs }, thread) => {
    for (let pack = 0; pack < packs; pack++) {
      const name = packName(thread, pack);
      await store.upload(join(scratch, name), `${folder}${name}`, 'later');
    }
  });
  await Promise.all(each);
};

/** All files that threads landed: units follow each other as paths do. */
const gathered = (shares: readonly Shared[]): ManifestText => {
  const texts: Uint8Array[] = [];
  for (const share of shares)
    for (const [i, unit] of share.units.entries())
      texts[unit] = share.texts[i] as Uint8Array;
  const sum = (of: keyof ManifestTotals) =>
    shares.reduce((total, shared) => total + shared[of], 0);
  const pieces = texts.filter(({ length }) => length > 0);
  const last = pieces.pop();
  return {
    files: sum('files'),
    bytes: sum('bytes'),
    records: sum('records'),
    text: [
      ...pieces,
      ...(last ? [last.subarray(0, -BETWEEN_FILES.length)] : []),
    ],
  };
};

/** Looks at all files again. @returns the first, by path, that is another. */
const changedSince = async (
  { text }: ManifestText,
  root: string,
): Promise<string | undefined> => {
  const files: ManifestFile[] = JSON.parse(`[${Buffer.concat(text)}]`);
  for (const [i, { path, version }] of files.entries()) {
    const now = lookAt(root + path);
    if (!now || versionOf(now) !== version) return path;
    if (i % AT_ONCE === 0) await others();
  }
  return undefined;
};

/** Whether folders are those that they were, and nobody has changed them. */
const areSame = ({ above }: Units, root: string, still: Still) =>
  [...above].every(([path, before]) => {
    const now = lookAt(root + path);
    const isSame = now?.ino === before?.ino && now?.ctimeMs === before?.ctimeMs;
    return isSame && isStill(still, now);
  });

/** @throws SourceError for the first file of all that is wrong. */
const refuseFaults = async (
  shares: readonly Shared[],
  landed: ManifestText,
  root: string,
  below: string,
  isSame: boolean,
) => {
  const areStill = isSame && shares.every(({ isStill }) => isStill);
  const all = [
    areStill ? undefined : await changedSince(landed, root),
    ...shares.map(({ changed }) => changed),
  ];
  const [changed] = sortByPath(
    all.flatMap((path) => (path === undefined ? [] : { path })),
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
): Promise<ManifestText | undefined> => {
  const { source, period, scratch, folder } = context;
  const glob = periodGlob(source.files, period);
  const place = `${root}/${below}`;
  const found = unitsBelow(place, fixedPart(glob), isOfOnePeriod);
  const { units } = found;
  if (units.length === 0) return undefined;
  await mkdir(scratch, { recursive: true });
  const still = stillBefore(statSync(scratch));
  const order = { ...wantedBy(glob), root: place, source, units, still };
  const shares = await sharesOf({ ...order, scratch, folder }, here);
  const landed = gathered(shares ?? []);
  if (!shares || !areMerged(source, landed.files, landed.bytes)) {
    await rm(scratch, { recursive: true, force: true });
    return undefined;
  }
  await upload(context, shares);
  const isSame = areSame(found, place, still);
  await refuseFaults(shares, landed, place, below, isSame);
  return landed;
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
): Promise<ManifestText | undefined> => {
  if (!isMergeable(context.source)) return undefined;
  const own = `${periodFolder(context.period.label)}/`;
  return landBelow(context, root, existsSync(join(root, own)) ? own : '', here);
};
