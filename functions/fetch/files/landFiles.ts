import { rm } from 'node:fs/promises';
import { SourceError, within } from '../../../core/errors.ts';
import type { FolderFrom } from '../../../core/folder.ts';
import { sortByPath } from '../../../platform/byteOrder.ts';
import type { DropFolder } from '../../../platform/ports.ts';
import { isFlushed } from '../../shared/isFlushed.ts';
import { earlierLanding, wholeness } from '../earlier.ts';
import { periodGlob } from '../findRecorded.ts';
import { landOne, landPack, packsOf } from '../land.ts';
import type { LandContext, Lander, Landing } from '../lander.ts';
import type { Manifest, ManifestFile } from '../manifest.ts';
import { type FoundFile, findDropped, partOf } from './findDropped.ts';
import { landTogether } from './landTogether.ts';

/** What an earlier run landed of files that have not changed since. */
const unchangedFiles = async (
  context: LandContext,
  manifest: Manifest | undefined,
): Promise<(found: FoundFile) => ManifestFile | undefined> => {
  if (!manifest) return () => undefined;
  const before = new Map(manifest.files.map((file) => [file.path, file]));
  const isThere = await wholeness(context, manifest);
  return ({ path, version }) => {
    const file = before.get(path);
    return file?.version === version && isThere(file) ? file : undefined;
  };
};

/** Lands files that are new or changed, many small ones merged into few. */
const landChanged = async (
  { platform, source, folder, scratch, part }: LandContext,
  dropFolder: DropFolder,
  found: readonly FoundFile[],
): Promise<ManifestFile[]> => {
  const landed: ManifestFile[] = [];
  const packs = packsOf(source, found);
  for (const [i, pack] of (packs ?? []).entries()) {
    const name = part && part.of > 1 ? `pack-${part.index}-${i}` : `pack-${i}`;
    const key = `${folder}${name}.bin`;
    // Not as soon as each is read: whoever writes slowly would not be noticed.
    const confirm = async () => {
      for (const { dropped } of pack) await dropFolder.confirm(dropped);
    };
    const files = await landPack(
      platform,
      source,
      key,
      pack,
      scratch,
      (group) => dropFolder.read(group.map(({ dropped }) => dropped)),
    ).catch(async (error: unknown) => {
      await confirm();
      throw error;
    });
    await confirm();
    for (const file of files) landed.push(file);
  }
  for (const { path, bytes, version, dropped } of packs ? [] : found) {
    const local = await dropFolder.local(dropped, scratch);
    const file = { path, local, bytes };
    const one = await landOne(platform, source, folder, file);
    await dropFolder.confirm(dropped);
    landed.push({ ...one, version });
    await rm(scratch, { recursive: true, force: true });
  }
  return landed;
};

/**
 * Lands the files that lie in a folder, here or in S3. What has not changed
 * since the last landing is referred to, and not copied again.
 * @throws SourceError where no file is there, and this is the only part.
 */
export const landFiles: Lander = async (context): Promise<Landing> => {
  const { platform, plan, source, period, part, scratch } = context;
  const from = (source.from ?? {}) as FolderFrom;
  try {
    const folder = await platform.drops.open(plan.pipeline, from.folder);
    const last = await earlierLanding(context, ({ files }) =>
      files.some(({ version }) => version !== undefined),
    );
    // Here it takes longer to compare what was not flushed than to land it.
    const isDoubtful =
      last && folder.path !== undefined && !(await isFlushed(platform, last));
    const earlier = isDoubtful ? undefined : last;
    const together =
      !earlier && (part?.of ?? 1) === 1 && folder.path !== undefined
        ? await landTogether(context, folder.path)
        : undefined;
    if (together)
      return { from: folder.name, files: [], text: together, reused: 0 };
    const all = await findDropped(folder, source, period);
    if (all.length === 0)
      throw new SourceError(
        `no file matches ${periodGlob(source.files, period)} in ${folder.name}`,
      );
    const found = part
      ? all.filter(({ path }) => partOf(path, part.of) === part.index)
      : all;
    const unchanged = await unchangedFiles(context, earlier);
    const reused = found.flatMap((file) => unchanged(file) ?? []);
    const paths = new Set(reused.map(({ path }) => path));
    const changed = found.filter(({ path }) => !paths.has(path));
    const landed = await landChanged(context, folder, changed);
    return {
      from: folder.name,
      files: sortByPath([...reused, ...landed]),
      reused: reused.length,
    };
  } catch (error) {
    throw within(error, { source: source.name });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};
