import { createHash, hash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { within } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import { countRecords } from './countRecords.ts';
import type { RecordedFile } from './findRecorded.ts';
import type { ManifestFile } from './manifest.ts';

/** Read at once up to here; larger files in chunks, to spare memory. */
const WHOLE_BYTES = 1 << 20;
const CHUNK_BYTES = 256 << 10;
const MANY_FILES = 16;
const SMALL_BYTES = 256 << 10;
const PACK_BYTES = 128 << 20;
const AT_ONCE = 4;

const sha256 = (bytes: Buffer) => hash('sha256', bytes);

/** Digest and record count in one pass over the bytes. */
const inspect = async (
  source: PlanSource,
  file: RecordedFile,
): Promise<{ readonly sha256: string; readonly records: number }> => {
  if (file.bytes <= WHOLE_BYTES) {
    const bytes = await readFile(file.local);
    const records = await countRecords(source, file, [bytes]);
    return { sha256: sha256(bytes), records };
  }
  const digest = createHash('sha256');
  const chunks = createReadStream(file.local, {
    highWaterMark: CHUNK_BYTES,
  });
  async function* digested() {
    for await (const chunk of chunks) {
      digest.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  }
  const counted = await countRecords(source, file, digested());
  if (source.form.format === 'parquet') for await (const _ of digested());
  return { sha256: digest.digest('hex'), records: counted };
};

const landOne = async (
  platform: Platform,
  source: PlanSource,
  folder: string,
  file: RecordedFile,
): Promise<ManifestFile> => {
  const key = `${folder}${file.path}`;
  await platform.store.copy(file.local, key);
  // What landed counts, even where the file that it came from has changed.
  const local = await platform.store.local(key);
  const { size: bytes } = await stat(local);
  const { path } = file;
  const found = await inspect(source, { path, local, bytes });
  return { path, key, bytes, ...found };
};

/** Groups of files that together stay below a pack's size. */
const inPacks = (files: readonly RecordedFile[]): RecordedFile[][] => {
  const packs: RecordedFile[][] = [];
  let room = 0;
  for (const file of files) {
    if (file.bytes > room) {
      packs.push([]);
      room = PACK_BYTES;
    }
    packs.at(-1)?.push(file);
    room -= file.bytes;
  }
  return packs;
};

/**
 * Merges many small files into one: their bytes one after the other, each
 * file's place in the manifest.
 */
const landPack = async (
  platform: Platform,
  source: PlanSource,
  key: string,
  files: readonly RecordedFile[],
  scratch: string,
): Promise<ManifestFile[]> => {
  const pack = join(scratch, key.replaceAll('/', '_'));
  const out = await open(pack, 'w');
  let bodies: Buffer[] = [];
  try {
    // Of small files, reading without waiting takes an eighth.
    bodies = files.map(({ local }) => readFileSync(local));
    await out.writev(bodies);
  } finally {
    await out.close();
  }
  // Before anything is made of the bytes: what is wrong can be looked up there.
  await platform.store.upload(pack, key);
  const landed: ManifestFile[] = [];
  let offset = 0;
  for (const [i, bytes] of bodies.entries()) {
    const file = files[i] as RecordedFile;
    landed.push({
      path: file.path,
      key,
      offset,
      bytes: bytes.length,
      sha256: sha256(bytes),
      records: await countRecords(source, file, [bytes]),
    });
    offset += bytes.length;
  }
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
  const isSplit = !['csv', 'parquet'].includes(source.form.format);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const areSmall = bytes / files.length < SMALL_BYTES;
  try {
    if (isSplit && areSmall && files.length > MANY_FILES) {
      await mkdir(scratch, { recursive: true });
      const landed: ManifestFile[][] = [];
      for (const [i, pack] of inPacks(files).entries()) {
        const key = `${folder}pack-${i}.bin`;
        landed.push(await landPack(platform, source, key, pack, scratch));
      }
      return landed.flat();
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
