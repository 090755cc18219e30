import { openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { within } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import { readTogether } from '../../platform/readTogether.ts';
import {
  freshBytes,
  mkdir,
  readFile,
  rm,
  stat,
} from '../../platform/shortFiles.ts';
import type { Algorithm } from '../shared/digest.ts';
import { countInText } from './countInText.ts';
import { countRecords, isOneText, refuseLarge } from './countRecords.ts';
import { digestOf, newDigester } from './digest.ts';
import { PACK_BYTES, SMALL_BYTES } from './files/packs.ts';
import type { RecordedFile } from './findRecorded.ts';
import { digestBeside } from './inspectFile.ts';
import type { Inspected } from './inspector.ts';
import type { ManifestFile } from './manifest.ts';
import { writeAll } from './writeAll.ts';

/** Read at once up to here; larger files in chunks, to spare memory. */
const WHOLE_BYTES = 1 << 20;
const MANY_FILES = 16;
/** What is in memory at once of a pack. */
const GROUP_BYTES = 8 << 20;
const AT_ONCE = 4;
/** Of a recording, which nobody changes. */
const openRecorded = ({ local }: RecordedFile) => openSync(local, 'r');

/** Digest and record count in one pass over the bytes. */
const inspect = async (
  source: PlanSource,
  file: RecordedFile,
): Promise<Required<Inspected>> => {
  if (file.bytes <= WHOLE_BYTES) {
    const bytes = await readFile(file.local);
    const records = await countRecords(source, file, [bytes]);
    return { digest: digestOf(bytes, file.algorithm), records };
  }
  // The thread takes BLAKE3.
  const beside =
    file.algorithm === 'sha256'
      ? undefined
      : digestBeside(file.local, file.bytes);
  const digester = newDigester(file.algorithm);
  // Other forms than these are gathered, and counted when they are whole.
  const isKept = isOneText(source);
  async function* digested() {
    for await (const chunk of freshBytes(file.local, isKept)) {
      if (!beside) digester.update(chunk);
      yield chunk;
    }
  }
  const records = await countRecords(source, file, digested());
  if (beside) return { digest: await beside, records };
  if (source.form.format === 'parquet') for await (const _ of digested());
  return { digest: digester.end(), records };
};

/** Lands one file as it is. */
export const landOne = async (
  platform: Platform,
  source: PlanSource,
  folder: string,
  file: RecordedFile,
): Promise<ManifestFile> => {
  const key = `${folder}${file.path}`;
  await platform.store.copy(file.local, key, 'later');
  // What landed counts, even where the file that it came from has changed.
  const local = await platform.store.local(key);
  const { size: bytes } = await stat(local);
  const { path } = file;
  const found = await inspect(source, { ...file, local, bytes });
  return { path, key, bytes, ...found };
};

/** Groups of files that together stay below a size, where one alone does. */
const inGroups = <F extends { readonly bytes: number }>(
  files: readonly F[],
  most: number,
): F[][] => {
  const groups: F[][] = [];
  let room = 0;
  for (const file of files) {
    if (groups.length === 0 || file.bytes > room) {
      groups.push([]);
      room = most;
    }
    groups.at(-1)?.push(file);
    room -= file.bytes;
  }
  return groups;
};

/** Whether files of a form can be merged: each is taken apart as one text. */
export const isMergeable = isOneText;

/** Whether so many files, of so many bytes together, are merged into packs. */
export const areMerged = (
  source: PlanSource,
  files: number,
  bytes: number,
): boolean =>
  isMergeable(source) && files > MANY_FILES && bytes / files < SMALL_BYTES;

/** The packs that many small files are merged into; none where they are not. */
export const packsOf = <F extends { readonly bytes: number }>(
  source: PlanSource,
  files: readonly F[],
): F[][] | undefined => {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return areMerged(source, files.length, bytes)
    ? inGroups(files, PACK_BYTES)
    : undefined;
};

/** A small file that is merged with others. */
export interface SmallFile {
  readonly path: string;
  readonly bytes: number;
  readonly version?: string;
  readonly algorithm?: Algorithm;
}

/**
 * Merges many small files into one: their bytes one after the other, each
 * file's place in the manifest. Memory stays within some megabytes.
 * @param read the bytes of some of the files, in their order.
 */
export const landPack = async <F extends SmallFile>(
  platform: Platform,
  source: PlanSource,
  key: string,
  files: readonly F[],
  scratch: string,
  read: (group: readonly F[]) => Promise<Buffer[]>,
): Promise<ManifestFile[]> => {
  await mkdir(scratch, { recursive: true });
  const pack = join(scratch, key.replaceAll('/', '_'));
  for (const file of files) refuseLarge(file);
  const out = await open(pack, 'w');
  const landed: ManifestFile[] = [];
  let offset = 0;
  let wrong: unknown;
  /** What is wrong can be looked up in landing, and is thrown then. */
  const count = (file: F, body: Buffer) => {
    try {
      return countInText(source, file, body);
    } catch (error) {
      wrong ??= error;
      return 0;
    }
  };
  try {
    for (const group of inGroups(files, GROUP_BYTES)) {
      const bodies = await read(group);
      await writeAll(out, bodies);
      for (const [i, body] of bodies.entries()) {
        const file = group[i] as F;
        const { path, version } = file;
        const bytes = body.length;
        const digest = digestOf(body, file.algorithm);
        const records = count(file, body);
        landed.push({
          ...{ path, key, offset, bytes, digest, records },
          ...(version !== undefined && { version }),
        });
        offset += bytes;
      }
    }
  } finally {
    await out.close();
  }
  await platform.store.upload(pack, key, 'later');
  if (wrong !== undefined) throw wrong;
  return landed;
};

/**
 * Copies recorded files to landing, as they are; many small ones into few.
 * @returns the manifest's files in the order of their paths.
 * @throws SourceError that names the file where it cannot be taken apart.
 */
export const land = async (
  platform: Platform,
  source: PlanSource,
  folder: string,
  files: readonly RecordedFile[],
  scratch: string,
): Promise<ManifestFile[]> => {
  try {
    const packs = packsOf(source, files);
    if (packs) {
      const landed: ManifestFile[] = [];
      for (const [i, pack] of packs.entries()) {
        const key = `${folder}pack-${i}.bin`;
        landed.push(
          ...(await landPack(
            platform,
            source,
            key,
            pack,
            scratch,
            async (group) => readTogether(group, openRecorded),
          )),
        );
      }
      return landed;
    }
    const limit = pLimit(AT_ONCE);
    return await Promise.all(
      files.map((file) => limit(() => landOne(platform, source, folder, file))),
    );
  } catch (error) {
    throw within(error, { source: source.name });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};
