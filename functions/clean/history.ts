import type { CatalogState } from '../../core/catalog.ts';
import type { Platform } from '../../platform/ports.ts';
import type { Journal } from '../shared/journal.ts';
import { type Ledger, readLedger } from '../shared/ledger.ts';
import { readJournals } from '../shared/publishedRuns.ts';
import { startOfRun } from '../shared/runId.ts';

/** A run, as far as a clean has to know it. */
export interface KnownRun {
  readonly outcome: Ledger['outcome'];
  /** Whether its execution goes on: all that it has is left alone. */
  readonly isRunning: boolean;
  readonly startedAt: Date;
  /** The end; the start where it was killed. */
  readonly endedAt: Date;
}

/** All that happened to a pipeline. */
export interface History {
  readonly runs: ReadonlyMap<string, KnownRun>;
  readonly journals: readonly Journal[];
  readonly state: CatalogState;
}

const known = async (
  { executions }: Platform,
  ledger: Ledger,
): Promise<KnownRun> => ({
  outcome: ledger.outcome,
  isRunning:
    ledger.outcome === 'running' &&
    (await executions.isRunning(ledger.execution)),
  startedAt: new Date(ledger.startedAt),
  endedAt: new Date(ledger.endedAt ?? ledger.startedAt),
});

/**
 * Reads the history of a pipeline. In this order: a run that ends between the
 * look at its ledger and the look at the catalog is in the catalog, or never
 * will be.
 */
export const readHistory = async (
  platform: Platform,
  pipeline: string,
): Promise<History> => {
  const runs = new Map<string, KnownRun>();
  for (const key of await platform.store.list(`runs/${pipeline}/`)) {
    const run = key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
    const ledger = await readLedger(platform, pipeline, run);
    if (ledger) runs.set(run, await known(platform, ledger));
  }
  const state = await platform.catalog.read(pipeline);
  return { runs, state, journals: await readJournals(platform, pipeline) };
};

/** When a publish or a rollback was. */
export const timeOf = (
  { runs }: Pick<History, 'runs'>,
  { at, run }: Journal,
): Date =>
  at === undefined
    ? (runs.get(run)?.endedAt ?? startOfRun(run) ?? new Date(0))
    : new Date(at);
