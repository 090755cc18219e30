import { findRecorded } from './findRecorded.ts';
import { land } from './land.ts';
import type { Lander } from './lander.ts';

/** Lands a source from a folder of recorded files. */
export const landRecorded =
  (from: string): Lander =>
  async ({ platform, source, period, folder, scratch }) => {
    const found = findRecorded(source, from, period);
    return {
      files: await land(platform, source, folder, found, scratch),
      from,
    };
  };
