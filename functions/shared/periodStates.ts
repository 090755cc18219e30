import type { CatalogState } from '../../core/catalog.ts';
import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import { inputKind, type RunOptions } from './events.ts';
import { endedWell, type Ledger } from './ledger.ts';
import { readLedgers } from './readLedgers.ts';
import { baseOf } from './withoutSamples.ts';

/** How a period stands, as the ledger and the catalog together say. */
export type PeriodState =
  | { readonly state: 'published'; readonly run: string }
  | { readonly state: 'failed'; readonly run: string; readonly error: string }
  | {
      readonly state: 'running' | 'killed' | 'rolled back';
      readonly run: string;
    }
  /** Nothing ran, or what it made is not what readers see. */
  | { readonly state: 'missing'; readonly detail?: string };

/** By what run readers see the period; or the first table that lacks it. */
const publishedBy = (
  plan: Plan,
  { tables }: CatalogState,
  period: string,
  runs: readonly Ledger[],
): { readonly run?: string; readonly lacks?: string } => {
  const parts = plan.tables.filter(({ mode }) => mode === 'partition');
  if (parts.length === 0) {
    const run = runs.findLast(endedWell)?.run;
    return run === undefined ? {} : { run };
  }
  const found = parts.map(({ name }) =>
    tables[name]?.partitions.find((p) => p.period === period),
  );
  const lack = found.indexOf(undefined);
  const run = found[0]?.run;
  return lack < 0 && run !== undefined
    ? { run }
    : { lacks: parts[Math.max(lack, 0)]?.name ?? '' };
};

const stateOf = async (
  platform: Pick<Platform, 'executions'>,
  plan: Plan,
  base: CatalogState,
  period: string,
  runs: readonly Ledger[],
): Promise<PeriodState> => {
  const last = runs.at(-1);
  const { run, lacks } = publishedBy(plan, base, period, runs);
  if (last?.outcome === 'running') {
    const { execution } = last;
    if (await platform.executions.isRunning(execution))
      return { state: 'running', run: last.run };
    if (run !== last.run) return { state: 'killed', run: last.run };
  }
  if (last?.outcome === 'failed')
    return { state: 'failed', run: last.run, error: last.error?.message ?? '' };
  if (run !== undefined) return { state: 'published', run };
  if (last?.outcome === 'rolled back')
    return { state: 'rolled back', run: last.run };
  return last && lacks
    ? { state: 'missing', detail: `table ${lacks} has no rows of it` }
    : { state: 'missing' };
};

/** Looks up how periods stand, all by one version of the catalog. */
export interface PeriodStates {
  readonly base: CatalogState;
  /** The runs on such input, oldest first. */
  readonly runs: readonly Ledger[];
  stateOf(period: string): Promise<PeriodState>;
}

/**
 * Reads how the periods of a pipeline stand. Runs on the shipped sample do not
 * count for other input, as they never mix with it.
 */
export const readPeriodStates = async (
  platform: Platform,
  plan: Plan,
  options: RunOptions,
): Promise<PeriodStates> => {
  const base = baseOf(await platform.catalog.read(plan.pipeline), options);
  const isSample = inputKind(options) === 'sample';
  const ledgers = await readLedgers(platform, plan.pipeline);
  const runs = ledgers.filter(({ replay }) => isSample || replay !== 'sample');
  const byPeriod = Map.groupBy(runs, ({ period }) => period);
  return {
    base,
    runs,
    stateOf: (period) =>
      stateOf(platform, plan, base, period, byPeriod.get(period) ?? []),
  };
};
