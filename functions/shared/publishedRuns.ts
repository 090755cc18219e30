import type { Platform } from '../../platform/ports.ts';
import { type Journal, readJournal } from './journal.ts';

/**
 * The runs of a pipeline whose publish stands: it moved something and was not
 * rolled back. Newest first in the order of publishing.
 */
export const publishedRuns = async (
  platform: Platform,
  pipeline: string,
): Promise<string[]> => {
  const runs: Journal[] = [];
  const rolledBack = new Set<string>();
  for (const key of await platform.store.list(`publish/${pipeline}/`)) {
    const run = key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
    const journal = await readJournal(platform, pipeline, run);
    if (journal?.state !== 'done') continue;
    const isMove = Object.keys(journal.after.tables).length > 0;
    if (journal.kind === 'publish' && isMove) runs.push(journal);
    if (journal.kind === 'rollback' && journal.of) rolledBack.add(journal.of);
  }
  return runs
    .filter(({ run }) => !rolledBack.has(run))
    .sort((a, b) => b.version - a.version)
    .map(({ run }) => run);
};
