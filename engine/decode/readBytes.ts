import { isAscii, isUtf8 } from 'node:buffer';
import {
  closeSync,
  createReadStream,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { SourceError } from '../../core/errors.ts';
import type { LandedFile } from '../input.ts';
import { withoutMark } from '../records/withoutMark.ts';
import { writing } from './writing.ts';

/** Read at once up to here: to ask a thread would take longer. */
const SHORT_BYTES = 1 << 20;

/** A part of a file, or what there is of it. */
export const readPart = (
  path: string,
  start: number,
  bytes: number,
): Buffer => {
  const block = Buffer.allocUnsafe(bytes);
  const descriptor = openSync(path, 'r');
  try {
    // Some file systems give less than they are asked for.
    for (let length = 0; ; ) {
      const rest = bytes - length;
      const at = start + length;
      const got = rest && readSync(descriptor, block, length, rest, at);
      length += got;
      if (got === 0) return block.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
};

/** The bytes of a landed file, in order, where it is a part of a pack too. */
export async function* chunksOf(file: LandedFile): AsyncGenerator<Buffer> {
  const { local, offset: start = 0, bytes } = file;
  if (bytes <= SHORT_BYTES) yield readPart(local, start, bytes);
  else
    yield* createReadStream(local, {
      start,
      end: start + bytes - 1,
      highWaterMark: SHORT_BYTES,
    });
}

const packs = new WeakMap<readonly LandedFile[], Map<string, Buffer>>();

/** Reads a small file whole; the pack that holds it is read once. */
const bytesOf = async (
  file: LandedFile,
  group: readonly LandedFile[],
): Promise<Buffer> => {
  if (file.offset === undefined)
    return file.bytes <= SHORT_BYTES
      ? readFileSync(file.local)
      : readFile(file.local);
  const cache = packs.get(group) ?? new Map<string, Buffer>();
  packs.set(group, cache);
  const pack = cache.get(file.local) ?? (await readFile(file.local));
  cache.set(file.local, pack);
  return pack.subarray(file.offset, file.offset + file.bytes);
};

const LF = 10;

/**
 * A small file's lines, without their ends.
 * @throws SourceError where the bytes are not UTF-8.
 */
export const linesOf = async (
  file: LandedFile,
  group: readonly LandedFile[],
): Promise<string[]> => {
  const bytes = await bytesOf(file, group);
  if (!isUtf8(bytes)) throw notUtf8(file.path, bytes);
  return withoutMark(bytes.toString('utf8')).split(/\r?\n/);
};

const notUtf8 = (file: string, bytes: Buffer, firstLine = 1): SourceError => {
  let line = firstLine;
  for (const part of bytes.toString('latin1').split('\n')) {
    if (!isUtf8(Buffer.from(part, 'latin1'))) break;
    line++;
  }
  return new SourceError(
    'the text is not UTF-8: declare its encoding, such as windows-1252',
    { file, line },
  );
};

/** Finds the line that is not UTF-8. @throws SourceError that names it. */
export const refuseEncoding = async (file: LandedFile): Promise<void> => {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunksOf(file)) {
    const bytes = Buffer.concat([rest, chunk]);
    const cut = bytes.lastIndexOf(LF) + 1;
    const whole = bytes.subarray(0, cut);
    if (!isUtf8(whole)) throw notUtf8(file.path, whole, line);
    for (const byte of whole) if (byte === LF) line++;
    rest = bytes.subarray(cut);
  }
  if (!isUtf8(rest)) throw notUtf8(file.path, rest, line);
};

/** Tells whether bytes that come in pieces are UTF-8 as a whole. */
const utf8Test = () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isSound = true;
  /** @param chunk nothing at the end, where no character may be open. */
  return (chunk?: Buffer): boolean => {
    if (!isSound) return false;
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      isSound = false;
    }
    return isSound;
  };
};

/**
 * Writes a copy of a Windows-1252 file in UTF-8.
 * @throws SourceError where the file is UTF-8 already, and not plain ASCII.
 */
export const transcode = async (
  file: LandedFile,
  target: string,
): Promise<void> => {
  const decoder = new TextDecoder('windows-1252');
  const isStillUtf8 = utf8Test();
  let isPlain = true;
  await writing(target, async (write) => {
    for await (const chunk of chunksOf(file)) {
      isPlain &&= isAscii(chunk);
      if (!isPlain) isStillUtf8(chunk);
      write(decoder.decode(chunk, { stream: true }));
    }
  });
  if (!isPlain && isStillUtf8())
    throw new SourceError(
      'the text is UTF-8, but the source declares windows-1252',
      { file: file.path },
    );
};
