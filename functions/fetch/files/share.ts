import { closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { type Place, SourceError } from '../../../core/errors.ts';
import type { PlanSource } from '../../../core/plan.ts';
import { sortByPath } from '../../../platform/byteOrder.ts';
import {
  entriesOf,
  isFileAt,
  isOdd,
  type Look,
  lookAt,
  versionOf,
} from '../../../platform/local/looks.ts';
import { countInText } from '../countInText.ts';
import { digestOf } from '../digest.ts';
import {
  BETWEEN_FILES,
  fileText,
  type ManifestTotals,
} from '../manifestText.ts';
import { newText } from './growingText.ts';
import { LARGEST_BYTES, newPacks, SMALL_BYTES } from './packs.ts';
import { opened, readAll, readOnce, Unfit } from './readSmall.ts';
import { isStill, type Still } from './still.ts';
import { THREADS } from './turns.ts';
import { BETWEEN } from './units.ts';
import { isWanted, type Wanted } from './wanted.ts';

/** What a thread is to land of many small files. */
export interface ShareOrder extends Wanted {
  /** A folder of this machine, with a `/` at its end. */
  readonly root: string;
  readonly source: PlanSource;
  /** See `unitsBelow`. */
  readonly units: readonly string[];
  /** Of all threads, from 0 on. */
  readonly thread: number;
  /** Where packs are written to. */
  readonly scratch: string;
  /** Where they will be: a prefix of keys, with a `/` at its end. */
  readonly folder: string;
  /** What has been so need not be looked at again. */
  readonly still: Still;
}

/** No two threads have packs of one name. */
export const packName = (thread: number, pack: number): string =>
  `pack-${THREADS * pack + thread}.bin`;

/** What is wrong with a file. */
export interface Fault {
  readonly path: string;
  readonly reason: string;
  readonly place: Place;
}

/** What a thread landed. As text: objects would take long to hand over. */
export interface Shared extends ManifestTotals {
  /** The units that it took. */
  readonly units: readonly number[];
  /**
   * For each the text of its files as a manifest has them, in UTF-8, sorted by
   * path; behind each file what is between two.
   */
  readonly texts: readonly Uint8Array<ArrayBuffer>[];
  /** How many packs it wrote. */
  readonly packs: number;
  /**
   * Whether all was still until it had been read: else it must be looked at
   * again, since somebody may be writing, or moving files.
   */
  readonly isStill: boolean;
  /** The first file, by path, that changed while it was read. */
  readonly changed?: string;
  /** The first one, by path, that cannot be read or taken apart. */
  readonly wrong?: Fault;
}

/** Of two paths, the one that comes first in the order of their bytes. */
const isBefore = (a: string, b: string | undefined) =>
  b === undefined || Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

/** Lands a share of many small files, without waiting for anything. */
export interface Share {
  /**
   * Reads the files of a unit; pauses after some, so that others may have their
   * turn.
   * @throws Unfit where one of them is large, empty, not to be opened, or its
   *   name may be another.
   */
  readonly take: (unit: number) => Generator<void>;
  readonly end: () => Shared;
  /** Gives back what is open, whatever became of it. */
  readonly close: () => void;
}

const AT_ONCE = 256;

export const newShare = (order: ShareOrder): Share => {
  const { root, source, units } = order;
  const nameOf = (pack: number) => packName(order.thread, pack);
  const packs = newPacks((pack) => join(order.scratch, nameOf(pack)));
  const text = newText();
  const taken: number[] = [];
  const texts: Uint8Array<ArrayBuffer>[] = [];
  const folders: string[] = [];
  let files = 0;
  let bytes = 0;
  let records = 0;
  let seen = 0;
  let isAllStill = true;
  let wrong: Fault | undefined;
  let changed: string | undefined;

  /** An error of ours as data: a thread would hand over a plain one. */
  const note = (path: string, error: unknown) => {
    if (!(error instanceof SourceError)) throw error;
    const { reason, place } = error.within({ source: source.name });
    if (isBefore(path, wrong?.path)) wrong = { path, reason, place };
  };

  const count = (path: string, body: Buffer) => {
    try {
      return countInText(source, { path }, body);
    } catch (error) {
      note(path, error);
      return 0;
    }
  };

  const keep = (path: string, look: Look, body: Buffer) => {
    const counted = count(path, body);
    const row = fileText({
      path,
      key: order.folder + nameOf(packs.pack),
      offset: packs.keep(look.size),
      bytes: look.size,
      digest: digestOf(body),
      records: counted,
      version: versionOf(look),
    });
    text.append(row + BETWEEN_FILES);
    files++;
    bytes += look.size;
    records += counted;
    if (bytes > LARGEST_BYTES && bytes >= SMALL_BYTES * files)
      throw new Unfit('the files are large');
  };

  /**
   * What is still when it has been read was so meanwhile. Anything else is read
   * again, now that there is a look to compare it with: in the end, where it is
   * not still even then, as a file is that was too large to be read at once.
   */
  const readOpen = (path: string, handle: number) => {
    let start = packs.room(SMALL_BYTES);
    let length = readOnce(path, handle, packs.block, start, SMALL_BYTES);
    const look = fstatSync(handle);
    if (!look.isFile()) return;
    const most = look.size + 1;
    if (look.size === 0 || look.size > LARGEST_BYTES) throw new Unfit(path);
    if (!isStill(order.still, look) || length !== look.size) {
      start = packs.room(most);
      length = readAll(path, handle, packs.block, start, most);
      isAllStill &&= isStill(order.still, fstatSync(handle));
    }
    if (length === look.size)
      keep(path, look, packs.block.subarray(start, start + length));
    else if (isBefore(path, changed)) changed = path;
  };

  const read = (path: string) => {
    if (isOdd(path)) throw new Unfit(path);
    const handle = opened(root + path);
    if (handle === undefined) return;
    try {
      readOpen(path, handle);
    } catch (error) {
      note(path, error);
    } finally {
      closeSync(handle);
    }
  };

  function* walk(folder: string): Generator<void> {
    folders.push(folder);
    const entries = entriesOf(root + folder).map((entry) => ({
      path: folder + entry.name + (entry.isDirectory() ? '/' : ''),
      entry,
    }));
    for (const { path, entry } of sortByPath(entries)) {
      if (entry.isDirectory()) {
        if (isOdd(path)) throw new Unfit(path);
        yield* walk(path);
      } else if (isWanted(order, path) && isFileAt(root + path, entry))
        read(path);
      if (++seen % AT_ONCE === 0) yield;
    }
  }

  return {
    *take(unit) {
      for (const path of (units[unit] as string).split(BETWEEN))
        if (path.endsWith('/')) yield* walk(path);
        else {
          if (isWanted(order, path)) read(path);
          if (++seen % AT_ONCE === 0) yield;
        }
      taken.push(unit);
      texts.push(text.take());
    },
    end: () => ({
      units: taken,
      texts,
      files,
      bytes,
      records,
      packs: packs.end(),
      // One that is moved on meanwhile would be read again there.
      isStill:
        isAllStill &&
        folders.every((folder) => isStill(order.still, lookAt(root + folder))),
      ...(changed !== undefined && { changed }),
      ...(wrong && { wrong }),
    }),
    close: packs.close,
  };
};
