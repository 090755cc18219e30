import { entriesOf } from '../../../platform/local/looks.ts';

/** Between paths that are one text: no path has it. */
export const BETWEEN = '\0';
/** So many folders are shared out evenly, whoever takes which. */
const FOLDERS = 64;
/** Files of upper folders are a unit each so many. */
const FILES_AT_ONCE = 256;
/** From so many files of upper folders on, they are shared out as well. */
const MANY_FILES = 2048;

/**
 * What two threads may share: folders, with a `/` at their ends, and files of
 * upper folders; a unit is one folder, or some files with `BETWEEN` between them.
 * @param root a folder of this machine, with a `/` at its end.
 * @param prefix how the paths begin that are looked for.
 * @returns none where so little is there that it is not worth it.
 */
export const unitsBelow = (
  root: string,
  prefix: string,
  skips: (path: string) => boolean,
): string[] => {
  const files: string[] = [];
  let folders = [prefix.slice(0, prefix.lastIndexOf('/') + 1)];
  while (folders.length > 0 && folders.length < FOLDERS) {
    const below: string[] = [];
    for (const folder of folders)
      for (const entry of entriesOf(root + folder)) {
        const path = folder + entry.name;
        if (skips(path)) continue;
        if (entry.isDirectory()) below.push(`${path}/`);
        else files.push(path);
      }
    folders = below;
  }
  if (folders.length === 0 && files.length < MANY_FILES) return [];
  const units = folders.sort();
  for (let i = 0; i < files.length; i += FILES_AT_ONCE)
    units.push(files.slice(i, i + FILES_AT_ONCE).join(BETWEEN));
  return units;
};
