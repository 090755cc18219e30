import type {
  CheckResult,
  SourceRows,
  WrittenTable,
} from '../../engine/output.ts';
import type { Platform } from '../../platform/ports.ts';
import type { Part } from '../fetch/parts.ts';
import type { RunCost } from './costOf.ts';
import { keys } from './keys.ts';
import type { Load } from './loadDestinations.ts';
import { readJson } from './readJson.ts';

/** `unchanged`: it ended well, and newer snapshots stayed where they were. */
export type Outcome =
  | 'running'
  | 'published'
  | 'unchanged'
  | 'failed'
  | 'rolled back';

export interface LedgerStep {
  readonly step: string;
  /** The source that a fetch was of. */
  readonly source?: string;
  /** Which part of its files, where they land in several. */
  readonly part?: Part;
  /** How many files a fetch landed, where some of them had not changed… */
  readonly files?: number;
  /** …and are those of an earlier landing. */
  readonly reused?: number;
  readonly startedAt: string;
  readonly seconds: number;
  /** Of the Lambda that took it, in MB; absent on a laptop. */
  readonly memory?: number;
  /** Set on the step in which the run failed. */
  readonly failed?: true;
}

export interface LedgerTable extends Omit<WrittenTable, 'files'> {
  /** How many files it has. */
  readonly files?: number;
  /** False where a newer snapshot was published already. */
  readonly published?: boolean;
}

/** Whether a run ended well, published or with nothing to publish. */
export const endedWell = ({ outcome }: Pick<Ledger, 'outcome'>): boolean =>
  outcome === 'published' || outcome === 'unchanged';

/** The tables of a run that readers were given. */
export const publishedTables = ({
  tables,
}: Pick<Ledger, 'tables'>): readonly LedgerTable[] =>
  tables.filter(({ published = true }) => published);

/** All that is known of one run: `runs/<pipeline>/<run>.json`. */
export interface Ledger {
  readonly run: string;
  readonly pipeline: string;
  readonly date: string;
  readonly period: string;
  readonly outcome: Outcome;
  readonly execution: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** From start to end, in seconds. */
  readonly seconds?: number;
  /** The recording's folder, or `sample`, or `live`. */
  readonly replay: string;
  /** The run whose landed bytes it took, to retry what was rejected. */
  readonly retryOf?: string;
  readonly engine: { readonly name: string; readonly reason: string };
  readonly steps: readonly LedgerStep[];
  readonly sources: readonly SourceRows[];
  readonly tables: readonly LedgerTable[];
  readonly checks: readonly CheckResult[];
  /** What Glue counted for its jobs. */
  readonly dpuSeconds?: number;
  /** Bytes that each query of Athena scanned. */
  readonly scans?: readonly number[];
  /** What it cost, once it is closed. */
  readonly cost?: RunCost;
  readonly error?: { readonly name: string; readonly message: string };
  /** What databases were given of what was published. */
  readonly loads?: readonly Load[];
  /** What went wrong and did not fail the run. */
  readonly notices?: readonly string[];
}

export const readLedger = (
  platform: Pick<Platform, 'store'>,
  pipeline: string,
  run: string,
): Promise<Ledger | undefined> =>
  readJson(platform, keys.ledger(pipeline, run));

export const writeLedger = (
  { store }: Pick<Platform, 'store'>,
  ledger: Ledger,
): Promise<void> =>
  store.write(
    keys.ledger(ledger.pipeline, ledger.run),
    JSON.stringify(ledger, null, 1),
  );

/** Changes some of a ledger; the rest stays. */
export const updateLedger = async (
  platform: Pick<Platform, 'store'>,
  { pipeline, run }: { readonly pipeline: string; readonly run: string },
  change: (ledger: Ledger) => Partial<Ledger>,
): Promise<Ledger | undefined> => {
  const before = await readLedger(platform, pipeline, run);
  if (!before) return undefined;
  const after = { ...before, ...change(before) };
  await writeLedger(platform, after);
  return after;
};

/** When something began, and how long it has taken. */
export const timeSince = (
  { clock, host }: Pick<Platform, 'clock' | 'host'>,
  startedAt: Date,
): Pick<LedgerStep, 'startedAt' | 'seconds' | 'memory'> => ({
  startedAt: startedAt.toISOString(),
  seconds: (clock.now().getTime() - startedAt.getTime()) / 1000,
  ...(host && { memory: host.memory }),
});

/** The step and its time, to be added to a ledger. */
export const stepSince = (
  platform: Pick<Platform, 'clock' | 'host'>,
  step: string,
  startedAt: Date,
): LedgerStep => ({ step, ...timeSince(platform, startedAt) });

/** Ends a ledger with an outcome; what was taken back stays so. */
export const ended = (
  { clock }: Pick<Platform, 'clock'>,
  ledger: Ledger,
  outcome: Outcome,
): Pick<Ledger, 'outcome' | 'endedAt' | 'seconds'> => {
  const now = clock.now();
  return {
    outcome: ledger.outcome === 'rolled back' ? 'rolled back' : outcome,
    endedAt: now.toISOString(),
    seconds: (now.getTime() - new Date(ledger.startedAt).getTime()) / 1000,
  };
};
