import { rm } from 'node:fs/promises';
import { SourceError, within } from '../../../core/errors.ts';
import type { FolderFrom } from '../../../core/folder.ts';
import { sortByPath } from '../../../platform/byteOrder.ts';
import type { DropFolder } from '../../../platform/ports.ts';
import { earlierLanding, presence } from '../earlier.ts';
import { periodGlob, type RecordedFile } from '../findRecorded.ts';
import { landOne, landPack, packsOf } from '../land.ts';
import type { LandContext, Lander, Landing } from '../lander.ts';
import type { ManifestFile } from '../manifest.ts';
import { type FoundFile, findDropped, partOf } from './findDropped.ts';

/** Objects of S3 that are read at once. */
const AT_ONCE = 16;

/** What an earlier run landed of files that have not changed since. */
const unchangedFiles = async (
  context: LandContext,
): Promise<(found: FoundFile) => ManifestFile | undefined> => {
  const manifest = await earlierLanding(context, ({ files }) =>
    files.some(({ version }) => version !== undefined),
  );
  if (!manifest) return () => undefined;
  const before = new Map(manifest.files.map((file) => [file.path, file]));
  const isThere = await presence(context, manifest.files);
  return ({ path, dropped }) => {
    const file = before.get(path);
    return file?.version === dropped.version && isThere(file)
      ? file
      : undefined;
  };
};

/** Lands files that are new or changed, many small ones merged into few. */
const landChanged = async (
  { platform, source, folder, scratch, part }: LandContext,
  dropFolder: DropFolder,
  found: readonly FoundFile[],
): Promise<ManifestFile[]> => {
  /** Some at once: of thousands, to queue each would take a third. */
  const opened = async (files: readonly FoundFile[]) => {
    const open: RecordedFile[] = [];
    let next = 0;
    const work = async () => {
      for (let i = next++; i < files.length; i = next++) {
        const { path, dropped } = files[i] as FoundFile;
        const local = await dropFolder.local(dropped, scratch);
        open[i] = { path, local, bytes: dropped.bytes };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return open;
  };
  const landed: ManifestFile[] = [];
  const keep = async (files: readonly ManifestFile[], of: FoundFile[]) => {
    for (const [i, file] of files.entries()) {
      const { dropped } = of[i] as FoundFile;
      await dropFolder.confirm(dropped);
      landed.push({ ...file, version: dropped.version });
    }
    await rm(scratch, { recursive: true, force: true });
  };
  const sized = found.map((file) => ({ ...file, bytes: file.dropped.bytes }));
  const packs = packsOf(source, sized);
  for (const [i, pack] of (packs ?? []).entries()) {
    const name = part && part.of > 1 ? `pack-${part.index}-${i}` : `pack-${i}`;
    const files = await opened(pack);
    const key = `${folder}${name}.bin`;
    await keep(await landPack(platform, source, key, files, scratch), pack);
  }
  for (const file of packs ? [] : found) {
    const [open] = (await opened([file])) as [RecordedFile];
    await keep([await landOne(platform, source, folder, open)], [file]);
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
    const all = await findDropped(folder, source, period);
    if (all.length === 0)
      throw new SourceError(
        `no file matches ${periodGlob(source.files, period)} in ${folder.name}`,
      );
    const found = part
      ? all.filter(({ path }) => partOf(path, part.of) === part.index)
      : all;
    const unchanged = await unchangedFiles(context);
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
