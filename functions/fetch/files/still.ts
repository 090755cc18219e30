import type { Stats } from 'node:fs';

/** So long nobody has written to what is taken as whole, in milliseconds. */
export const STILL_MS = 2000;

/** What nobody has written to for a while, before a landing began. */
export interface Still {
  /** Of one file system: each has a clock of its own. */
  readonly dev: number;
  /** By that clock, in milliseconds. */
  readonly before: number;
}

type Look = Pick<Stats, 'dev' | 'ctimeMs'>;

/** Windows tells of a change when whoever made it has closed the file. */
const isTold = process.platform !== 'win32';

/** @param made what was made there just now. */
export const stillBefore = ({ dev, ctimeMs }: Look): Still => ({
  dev,
  before: isTold ? ctimeMs - STILL_MS : Number.NEGATIVE_INFINITY,
});

/**
 * Whether nobody has written to a file, or added, moved or removed one of a
 * folder, for a while and until it was looked at.
 */
export const isStill = (
  { dev, before }: Still,
  look: Look | undefined,
): boolean => look !== undefined && look.dev === dev && look.ctimeMs < before;
