import { closeSync, fstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Place, SourceError } from '../../../core/errors.ts';
import type { PlanSource } from '../../../core/plan.ts';
import { sortByPath } from '../../../platform/byteOrder.ts';
import {
  entriesOf,
  isOdd,
  type Look,
  versionOf,
} from '../../../platform/local/looks.ts';
import { countInText } from '../countInText.ts';
import { hexOf } from '../digest.ts';
import type { ManifestFile } from '../manifest.ts';
import { filesText, type ManifestTotals } from '../manifestText.ts';
import { newNumbers } from './numbers.ts';
import { newPacks, SMALL_BYTES } from './packs.ts';
import { fill, opened, Unfit } from './readSmall.ts';
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
  /** Of each of these: its files as a manifest has them, sorted by path. */
  readonly texts: readonly string[];
  /** How many packs it wrote. */
  readonly packs: number;
  /** The first file, by path, that changed while it was landed. */
  readonly changed?: string;
  /** The first one, by path, that cannot be read or taken apart. */
  readonly wrong?: Fault;
}

/** Of two paths, the one that comes first in the order of their bytes. */
const isBefore = (a: string, b: string | undefined) =>
  b === undefined || Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

/**
 * Lands a share of many small files, without waiting for anything; both steps
 * pause after some files, so that others may have their turn.
 */
export interface Share {
  /**
   * Reads the files of a unit, and looks at each once.
   * @throws Unfit where one of them is large, empty, not to be opened, or its
   *   name may be another.
   */
  readonly take: (unit: number) => Generator<void>;
  /** Looks at all of them again: who writes slowly is noticed, or moves one. */
  readonly confirm: () => Generator<void>;
  /** How many files it has read. */
  readonly files: () => number;
  readonly end: () => Shared;
  /** Gives back what is open, whatever became of it. */
  readonly close: () => void;
}

const AT_ONCE = 256;
const IF_THERE = { throwIfNoEntry: false } as const;

export const newShare = (order: ShareOrder): Share => {
  const { root, source, units } = order;
  const nameOf = (pack: number) => packName(order.thread, pack);
  const packs = newPacks((pack) => join(order.scratch, nameOf(pack)));
  const { block } = packs;
  const paths: string[] = [];
  const digests: string[] = [];
  const bytes = newNumbers();
  const modified = newNumbers();
  const changes = newNumbers();
  const inodes = newNumbers();
  const offsets = newNumbers();
  const numbers = newNumbers();
  const records = newNumbers();
  const taken: number[] = [];
  const begins: number[] = [];
  let seen = 0;
  let total = 0;
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
    total += look.size;
    paths.push(path);
    bytes.push(look.size);
    modified.push(look.mtimeMs);
    changes.push(look.ctimeMs);
    inodes.push(look.ino);
    digests.push(hexOf(body));
    records.push(count(path, body));
    numbers.push(packs.pack);
    offsets.push(packs.keep(look.size));
    if (total > block.length && total >= SMALL_BYTES * paths.length)
      throw new Unfit('the files are large');
  };

  const isSame = (i: number, now: Look | undefined) =>
    bytes.at(i) === now?.size &&
    modified.at(i) === now.mtimeMs &&
    changes.at(i) === now.ctimeMs &&
    inodes.at(i) === now.ino;

  const rowAt = (path: string, i: number): ManifestFile => ({
    path,
    key: `${order.folder}${nameOf(numbers.at(i))}`,
    offset: offsets.at(i),
    bytes: bytes.at(i),
    digest: `blake3:${digests[i] as string}`,
    records: records.at(i),
    version: versionOf({
      size: bytes.at(i),
      mtimeMs: modified.at(i),
      ctimeMs: changes.at(i),
      ino: inodes.at(i),
    }),
  });

  const textOf = (_: number, i: number) => {
    const from = begins[i] as number;
    const rows = paths
      .slice(from, begins[i + 1])
      .map((path, n) => rowAt(path, from + n));
    return filesText(sortByPath(rows));
  };

  const read = (path: string) => {
    const handle = opened(root + path);
    if (handle === undefined) return;
    try {
      const look = fstatSync(handle);
      if (!look.isFile()) return;
      const most = look.size + 1;
      if (look.size === 0 || most > block.length) throw new Unfit(path);
      const start = packs.room(most);
      const length = fill(path, handle, block, start, most);
      if (length === look.size)
        keep(path, look, block.subarray(start, start + length));
      else if (isBefore(path, changed)) changed = path;
    } catch (error) {
      note(path, error);
    } finally {
      closeSync(handle);
    }
  };

  function* take(path: string): Generator<void> {
    if (isWanted(order, path)) {
      if (isOdd(path)) throw new Unfit(path);
      read(path);
    }
    if (++seen % AT_ONCE === 0) yield;
  }

  function* walk(folder: string): Generator<void> {
    for (const entry of entriesOf(root + folder)) {
      const path = folder + entry.name;
      const isFolder = entry.isDirectory();
      if (isFolder && isOdd(path)) throw new Unfit(path);
      if (isFolder) yield* walk(`${path}/`);
      else yield* take(path);
    }
  }

  return {
    *take(unit) {
      taken.push(unit);
      begins.push(paths.length);
      for (const path of (units[unit] as string).split(BETWEEN))
        if (path.endsWith('/')) yield* walk(path);
        else yield* take(path);
    },
    *confirm() {
      for (const [i, path] of paths.entries()) {
        const now = statSync(root + path, IF_THERE);
        if (!isSame(i, now) && isBefore(path, changed)) changed = path;
        if (i % AT_ONCE === 0) yield;
      }
    },
    files: () => paths.length,
    end: () => ({
      units: taken,
      texts: taken.map(textOf),
      files: paths.length,
      bytes: total,
      records: records.sum(),
      packs: packs.end(),
      ...(changed !== undefined && { changed }),
      ...(wrong && { wrong }),
    }),
    close: packs.close,
  };
};
