import type { Stats } from 'node:fs';
import { sortByPath } from '../../../platform/byteOrder.ts';
import {
  entriesOf,
  isFileAt,
  isOdd,
  lookAt,
} from '../../../platform/local/looks.ts';

/** Between paths that are one text: no path has it. */
export const BETWEEN = '\0';
/** So many folders are shared out evenly, whoever takes which. */
const FOLDERS = 64;
/** Files of upper folders are a unit each so many. */
const FILES_AT_ONCE = 256;
/** From so many files of upper folders on, they are shared out as well. */
const MANY_FILES = 2048;

/** Joins files that follow each other, up to so many; folders stay alone. */
const joined = (sorted: readonly string[]): string[] => {
  const units: string[] = [];
  let files: string[] = [];
  const end = () => {
    if (files.length > 0) units.push(files.join(BETWEEN));
    files = [];
  };
  for (const path of sorted) {
    if (path.endsWith('/') || files.length === FILES_AT_ONCE) end();
    if (path.endsWith('/')) units.push(path);
    else files.push(path);
  }
  end();
  return units;
};

/** What two threads may share, and the folders that it was found in. */
export interface Units {
  readonly units: readonly string[];
  /** Those above the units, by path, as they were before they were listed. */
  readonly above: ReadonlyMap<string, Stats | undefined>;
}

const NONE: Units = { units: [], above: new Map() };

/**
 * What two threads may share: folders, with a `/` at their ends, and files of
 * upper folders; a unit is one folder, or some files with `BETWEEN` between them.
 * Where one unit stands before another, so do all its paths.
 * @param root a folder of this machine, with a `/` at its end.
 * @param prefix how the paths begin that are looked for.
 * @returns none where so little is there that it is not worth it, or a name is
 *   odd.
 */
export const unitsBelow = (
  root: string,
  prefix: string,
  skips: (path: string) => boolean,
): Units => {
  const files: string[] = [];
  const above = new Map<string, Stats | undefined>();
  let folders = [prefix.slice(0, prefix.lastIndexOf('/') + 1)];
  while (folders.length > 0 && folders.length < FOLDERS) {
    const below: string[] = [];
    for (const folder of folders) {
      above.set(folder, lookAt(root + folder));
      for (const entry of entriesOf(root + folder)) {
        const path = folder + entry.name;
        if (skips(path)) continue;
        if (entry.isDirectory()) below.push(`${path}/`);
        else if (isFileAt(root + path, entry)) files.push(path);
      }
    }
    folders = below;
  }
  if (folders.length === 0 && files.length < MANY_FILES) return NONE;
  // Such a folder may not be the one that is listed.
  if (folders.some(isOdd)) return NONE;
  const all = [...folders, ...files].map((path) => ({ path }));
  return { units: joined(sortByPath(all).map(({ path }) => path)), above };
};
