/** Names that mean "not yet", or are no data: `.x`, `_SUCCESS`, `x.part`. */
const SET_ASIDE = /(^|\/)[._]|\.(tmp|part|crdownload)(\/|$)/;

/** A glob as it is given to a thread. */
export interface Wanted {
  readonly glob: string;
  readonly pattern: RegExp;
}

/** Whether a path is that of a file to land, for all a glob and its name say. */
export const isWanted = ({ glob, pattern }: Wanted, path: string): boolean =>
  (path === glob || pattern.test(path)) && !SET_ASIDE.test(path);

/** Whether there may be such a file in a folder, with a `/` at its end. */
export const mayHold = ({ glob }: Wanted, folder: string): boolean =>
  !SET_ASIDE.test(folder) &&
  (glob.includes('**') || folder.split('/').length <= glob.split('/').length);
