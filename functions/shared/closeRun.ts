import type { Platform } from '../../platform/ports.ts';
import { costOf } from './costOf.ts';
import { type Ledger, readLedger, writeLedger } from './ledger.ts';
import { writeOps } from './ops.ts';

/**
 * Closes a run, or changes how it was closed: its rows of `ops`, then its
 * ledger. In this order a run whose ledger is closed is in `ops` as well, and
 * one that died in between is still open and can be closed again.
 * @returns the ledger; `undefined` where the run has none.
 */
export const closeRun = async (
  platform: Pick<Platform, 'store' | 'host'>,
  { pipeline, run }: { readonly pipeline: string; readonly run: string },
  change: (ledger: Ledger) => Partial<Ledger>,
): Promise<Ledger | undefined> => {
  const before = await readLedger(platform, pipeline, run);
  if (!before) return undefined;
  const changed = { ...before, ...change(before) };
  // What it cost does not change when it is rolled back.
  const cost = before.cost ?? costOf(changed, platform.host);
  const after = { ...changed, cost };
  await writeOps(platform, after);
  await writeLedger(platform, after);
  return after;
};
