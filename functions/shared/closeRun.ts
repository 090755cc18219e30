import type { Platform } from '../../platform/ports.ts';
import { costOf } from './costOf.ts';
import { type Ledger, readLedger, writeLedger } from './ledger.ts';
import { runMetrics } from './metrics.ts';
import { notificationOf, notify } from './notify.ts';
import { writeOps } from './ops.ts';

/** Tells of the end of a run, the first time that it ends. */
const tellEnd = async (
  platform: Pick<Platform, 'notifier' | 'meter'>,
  ledger: Ledger,
): Promise<Ledger> => {
  platform.meter?.measure(runMetrics(ledger), ledger.pipeline);
  const notification = notificationOf(ledger);
  const notice = notification && (await notify(platform, notification));
  return notice === undefined
    ? ledger
    : { ...ledger, notices: [...(ledger.notices ?? []), notice] };
};

/**
 * Closes a run, or changes how it was closed: its rows of `ops`, then its
 * ledger. In this order a run whose ledger is closed is in `ops` as well, and
 * one that died in between is still open and can be closed again. Before that,
 * whoever is to be told is told: twice, where the ledger was not written then, and
 * never not at all.
 * @returns the ledger; `undefined` where the run has none.
 */
export const closeRun = async (
  platform: Pick<Platform, 'store' | 'host' | 'notifier' | 'meter'>,
  { pipeline, run }: { readonly pipeline: string; readonly run: string },
  change: (ledger: Ledger) => Partial<Ledger>,
): Promise<Ledger | undefined> => {
  const before = await readLedger(platform, pipeline, run);
  if (!before) return undefined;
  const changed = { ...before, ...change(before) };
  // What it cost does not change when it is rolled back.
  const cost = before.cost ?? costOf(changed, platform.host);
  const isEnd = before.endedAt === undefined && changed.endedAt !== undefined;
  const closed = { ...changed, cost };
  const after = isEnd ? await tellEnd(platform, closed) : closed;
  await writeOps(platform, after);
  await writeLedger(platform, after);
  return after;
};
