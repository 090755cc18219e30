import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SourceError } from '../../core/errors.ts';
import { algorithmOf } from '../shared/digest.ts';
import { type RecordedSource, readRecording } from '../shared/recording.ts';
import { findRecorded, type RecordedFile } from './findRecorded.ts';
import { land } from './land.ts';
import type { Lander, Landing } from './lander.ts';
import type { ManifestFile } from './manifest.ts';

/** The files that a recording lists. */
const listed = (from: string, { files }: RecordedSource): RecordedFile[] =>
  files.map(({ path, file, digest }) => {
    const local = join(from, file);
    const info = statSync(local, { throwIfNoEntry: false });
    if (!info)
      throw new SourceError(`the recording lists it, but has no ${local}`, {
        file: path,
      });
    if (!digest)
      throw new SourceError('the recording lists it without a digest', {
        file: path,
      });
    // Taken as it was then, it is the same where the bytes are.
    return { path, local, bytes: info.size, algorithm: algorithmOf(digest) };
  });

/** @throws SourceError where a file is not the one that was recorded. */
const checkDigests = (
  landed: readonly ManifestFile[],
  { files }: RecordedSource,
): void => {
  for (const [i, { path, digest }] of landed.entries())
    if (digest !== files[i]?.digest)
      throw new SourceError(
        'it has changed since it was recorded: its digest is another',
        { file: path },
      );
};

/** A notice of the run that was recorded. */
const ofThen = (notice: string) => `when it was recorded, ${notice}`;

/** Lands a source from a folder of recorded files. */
export const landRecorded =
  (from: string): Lander =>
  async ({ platform, source, period, folder, scratch }): Promise<Landing> => {
    const { sources = {} } = await readRecording(from);
    const recorded = sources[source.name];
    if (!recorded) {
      const found = findRecorded(source, from, period);
      const files = await land(platform, source, folder, found, scratch);
      return { files, from };
    }
    try {
      const { live = false, notices } = recorded;
      const as = live ? { ...source, ...source.live } : source;
      const found = listed(from, recorded);
      const files = await land(platform, as, folder, found, scratch);
      checkDigests(files, recorded);
      return {
        ...{ files, from, live },
        ...(notices && { notices: notices.map(ofThen) }),
      };
    } catch (error) {
      throw error instanceof SourceError
        ? error.within({ source: source.name })
        : error;
    }
  };
