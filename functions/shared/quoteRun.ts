import { lastComplete, type Period, periodOf } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';
import type { CostLine } from '../../core/price/priceUsage.ts';
import { awsEngines } from '../../platform/aws/awsEngines.ts';
import type { Platform } from '../../platform/ports.ts';
import { chooseEngine, estimate } from '../choose-engine/chooseEngine.ts';
import { findRecorded } from '../fetch/findRecorded.ts';
import { costOf } from './costOf.ts';
import { inputKind, type RunOptions } from './events.ts';
import { endedWell, type Ledger, type LedgerStep } from './ledger.ts';
import { dateOf, readRecording } from './recording.ts';
import { recordingFolder } from './recordingFolder.ts';
import type { Measured } from './usageOf.ts';

/** What one run of a pipeline will take. */
export interface RunQuote {
  readonly secondsPerRun: number;
  /** On AWS, by its list prices. */
  readonly dollarsPerRun: number;
  /** How many past runs tell it; 0 where the sizes of the input do. */
  readonly runs: number;
  /** How it was estimated, for people. */
  readonly how: string;
  /** The bill of one run. */
  readonly lines: readonly CostLine[];
}

const QUOTED_RUNS = 10;

/** By the upper one of the two in the middle, where there are two. */
const median = <T>(of: readonly T[], by: (one: T) => number): T | undefined =>
  of.toSorted((a, b) => by(a) - by(b))[Math.floor(of.length / 2)];

const costOfRun = (run: Ledger) => run.cost ?? costOf(run);

const fromRuns = (runs: readonly Ledger[]): RunQuote | undefined => {
  const last = runs
    .filter(endedWell)
    .filter(({ seconds }) => seconds !== undefined)
    .slice(-QUOTED_RUNS);
  const time = median(last, ({ seconds = 0 }) => seconds);
  const dearest = median(last, (run) => costOfRun(run).dollars);
  if (!time || !dearest) return undefined;
  const n = last.length;
  const cost = costOfRun(dearest);
  return {
    secondsPerRun: time.seconds ?? 0,
    dollarsPerRun: cost.dollars,
    runs: n,
    how:
      `the median of ${n} past ${n === 1 ? 'run' : 'runs'}` +
      (cost.isEstimate ? ', measured on this machine' : ''),
    lines: cost.lines,
  };
};

/** Bytes of each source's files, where a recording has them. */
const sizesOf = (plan: Plan, folder: string, period: Period) =>
  plan.sources.map((source) => {
    const files = findRecorded(source, folder, period);
    return {
      source: source.name,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });

const FIXED_SECONDS = 1;
/** What a source or the network gives in a second; a guess on the safe side. */
const LANDED_BYTES_A_SECOND = 10e6;

/** A run as it might be, for input of these sizes. */
const imagine = (
  plan: Plan,
  sizes: ReturnType<typeof sizesOf>,
): { readonly run: Measured; readonly seconds: number } => {
  const bytes = sizes.reduce((sum, source) => sum + source.bytes, 0);
  const engine = plan.engine
    ? { name: plan.engine, reason: 'pinned in the definition' }
    : chooseEngine(bytes, awsEngines);
  const facts = awsEngines.find(({ name }) => name === engine.name);
  const transform = facts ? estimate(bytes, facts).seconds : FIXED_SECONDS;
  const fetches = sizes.map(
    (s) => FIXED_SECONDS + s.bytes / LANDED_BYTES_A_SECOND,
  );
  const step = (name: string, seconds = FIXED_SECONDS): LedgerStep => ({
    step: name,
    startedAt: '',
    seconds,
  });
  const steps = [
    step('plan'),
    ...fetches.map((seconds) => step('fetch', seconds)),
    step('transform', transform),
    step('publish'),
    step('refresh'),
  ];
  const counts = { landed: 0, used: 0, dropped: 0, duplicates: 0 };
  return {
    seconds: 3 * FIXED_SECONDS + Math.max(...fetches, 0) + transform,
    run: {
      engine,
      outcome: 'published',
      steps,
      sources: sizes.map((size) => ({
        ...size,
        ...counts,
        quarantined: 0,
        reasons: {},
      })),
      // What is made of the input is hardly larger than it.
      tables: plan.tables.map(({ name }) => ({
        table: name,
        rows: 0,
        bytes: Math.round(bytes / plan.tables.length),
        values: {},
      })),
    },
  };
};

const sizeText = (bytes: number) =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)} kB`
    : `${(bytes / 1e6).toFixed(1)} MB`;

/** From the sizes of recorded input; of the sample, where the input is live. */
const fromSizes = async (
  platform: Platform,
  plan: Plan,
  options: RunOptions,
  wanted: Period | undefined,
): Promise<RunQuote> => {
  const isLive = inputKind(options) === 'live';
  const folder = await recordingFolder(
    platform,
    plan.pipeline,
    isLive ? {} : options,
  );
  const recording = await readRecording(folder);
  const date = dateOf(recording);
  const own = date === undefined ? undefined : periodOf(plan.period, date);
  const period =
    (isLive ? own : (wanted ?? own)) ??
    lastComplete(plan.period, platform.clock.now());
  const sizes = sizesOf(plan, folder, period);
  const { run, seconds } = imagine(plan, sizes);
  const { dollars, lines } = costOf(run);
  const bytes = sizeText(sizes.reduce((sum, { bytes: n }) => sum + n, 0));
  return {
    secondsPerRun: seconds,
    dollarsPerRun: dollars,
    runs: 0,
    how: isLive
      ? `guessed from the sample (${bytes}): no run tells how large the live input is`
      : `guessed from the size of the input (${bytes}): no such run is known`,
    lines,
  };
};

/**
 * What one run will take: by the last runs on such input that ended well, else
 * by the sizes of the input.
 * @param runs of this pipeline on such input, oldest first.
 * @throws SourceError where there is neither a run nor recorded input.
 */
export const quoteRun = async (
  platform: Platform,
  plan: Plan,
  options: RunOptions,
  runs: readonly Ledger[],
  period?: Period,
): Promise<RunQuote> =>
  fromRuns(runs) ?? fromSizes(platform, plan, options, period);
