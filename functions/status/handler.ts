import type { Platform } from '../../platform/ports.ts';
import type { RunCost } from '../shared/costOf.ts';
import { handler } from '../shared/handler.ts';
import { endedWell, type Ledger, type Outcome } from '../shared/ledger.ts';
import { outcomeNow } from '../shared/outcomeNow.ts';
import { readLedgers } from '../shared/readLedgers.ts';
import { startsOf } from '../shared/starts.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { type RowChange, rowChanges } from './rowChanges.ts';

export interface StatusEvent {
  readonly pipeline: string;
}

/** How a pipeline stands. `late` and `failed` need somebody. */
export type State = 'ok' | 'running' | 'never ran' | 'late' | 'failed';

/** The last run that was begun. */
export interface LastRun {
  readonly run: string;
  readonly period: string;
  readonly outcome: Outcome | 'killed';
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly seconds?: number;
  readonly cost?: Pick<RunCost, 'dollars' | 'isEstimate'>;
  readonly error?: Ledger['error'];
}

export interface Status {
  readonly pipeline: string;
  readonly state: State;
  readonly last?: LastRun;
  readonly freshness: Freshness;
  /** The next start of its schedule; none where that is over. */
  readonly next?: string;
  readonly timezone: string;
  readonly rows: readonly RowChange[];
}

const lastRun = async (
  platform: Platform,
  ledger: Ledger | undefined,
): Promise<LastRun | undefined> => {
  if (!ledger) return undefined;
  const { run, period, startedAt, endedAt, seconds, error, cost } = ledger;
  const outcome = await outcomeNow(platform, ledger);
  return {
    run,
    period,
    outcome,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(seconds !== undefined && { seconds }),
    ...(cost && {
      cost: { dollars: cost.dollars, isEstimate: cost.isEstimate },
    }),
    ...(error && outcome === 'failed' && { error }),
  };
};

const stateOf = (last: LastRun | undefined, { isLate }: Freshness): State => {
  if (last?.outcome === 'failed' || last?.outcome === 'killed') return 'failed';
  if (isLate) return 'late';
  if (last?.outcome === 'running') return 'running';
  return last ? 'ok' : 'never ran';
};

/** Tells how a pipeline stands, from its ledger and its schedule alone. */
export const status = handler<StatusEvent, Status>(
  'status',
  ['pipeline'],
  (platform) =>
    async ({ pipeline }) => {
      const plan = await platform.definitions.plan(pipeline);
      const now = platform.clock.now();
      const ledgers = await readLedgers(platform, pipeline);
      const good = ledgers.filter(endedWell);
      const starts = startsOf(plan);
      const last = await lastRun(platform, ledgers.at(-1));
      const freshness = freshnessOf(plan, starts, good, now);
      const next = starts.next(now);
      return {
        pipeline,
        state: stateOf(last, freshness),
        freshness,
        timezone: plan.timezone,
        rows: rowChanges(plan, good),
        ...(last && { last }),
        ...(next && { next: next.toISOString() }),
      };
    },
);
