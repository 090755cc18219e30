import type { Platform } from '../../platform/ports.ts';
import { type Journal, readJournal } from './journal.ts';

/** All journals of a pipeline, in the order of the runs that wrote them. */
export const readJournals = async (
  platform: Pick<Platform, 'store'>,
  pipeline: string,
): Promise<Journal[]> => {
  const journals: Journal[] = [];
  for (const key of await platform.store.list(`publish/${pipeline}/`)) {
    const run = key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
    const journal = await readJournal(platform, pipeline, run);
    if (journal) journals.push(journal);
  }
  return journals;
};

/**
 * The publishes that stand: they moved something and were not rolled back.
 * Newest first in the order of publishing.
 */
export const standing = (journals: readonly Journal[]): Journal[] => {
  const done = journals.filter(({ state }) => state === 'done');
  const rolledBack = new Set(
    done.flatMap(({ kind, of }) => (kind === 'rollback' && of ? [of] : [])),
  );
  return done
    .filter(
      ({ kind, run, after }) =>
        kind === 'publish' &&
        Object.keys(after.tables).length > 0 &&
        !rolledBack.has(run),
    )
    .sort((a, b) => b.version - a.version);
};

/** The runs of a pipeline whose publish stands, newest first. */
export const publishedRuns = async (
  platform: Platform,
  pipeline: string,
): Promise<string[]> =>
  standing(await readJournals(platform, pipeline)).map(({ run }) => run);
