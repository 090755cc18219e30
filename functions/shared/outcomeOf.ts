import type { Platform } from '../../platform/ports.ts';
import { readJournal } from './journal.ts';
import type { Ledger, Outcome } from './ledger.ts';

/**
 * How a run ended, as its journal says: a publish that moved no pointer, since
 * newer snapshots stood, left everything `unchanged`.
 */
export const outcomeOf = async (
  platform: Pick<Platform, 'store'>,
  { pipeline, run }: Pick<Ledger, 'pipeline' | 'run'>,
  isPublished: boolean,
): Promise<Outcome> => {
  if (!isPublished) return 'failed';
  const journal = await readJournal(platform, pipeline, run);
  const moved = Object.keys(journal?.after.tables ?? {});
  return moved.length > 0 ? 'published' : 'unchanged';
};
