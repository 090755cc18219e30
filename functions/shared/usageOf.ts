import type {
  Architecture,
  LambdaUse,
  Usage,
} from '../../core/price/priceUsage.ts';
import type { Ledger, LedgerStep } from './ledger.ts';
import { type SizedStep, STEP_SIZES, type StepSize } from './stepSizes.ts';

/** What a ledger has that costs money. */
export type Measured = Pick<
  Ledger,
  'engine' | 'steps' | 'sources' | 'tables' | 'outcome' | 'scans' | 'dpuSeconds'
>;

/** Of functions that start and end things, and have no step of their own. */
const UNMEASURED_SECONDS = 5;

/** Workers of G.1X, the fewest that a job runs with, a DPU each. */
const LEAST_DPUS = 2;
/** Glue counts no less for a run. */
const LEAST_JOB_SECONDS = 60;

/**
 * Objects of a run beside its files: plan, ledger, journal, catalog, locks,
 * `ops`. A test holds it to the requests of real runs.
 */
export const BOOKKEEPING = { puts: 30, gets: 40 } as const;

const isSized = (step: string): step is SizedStep =>
  Object.hasOwn(STEP_SIZES, step);

const wasWeighed = ({ reason }: Ledger['engine']) =>
  reason !== 'asked for' && reason !== 'pinned in the definition';

const isJob = ({ engine }: Measured, { step }: LedgerStep) =>
  step === 'transform' && engine.name === 'spark';

/** Functions of a run that no step of its ledger tells of. */
const unmeasured = (run: Measured): SizedStep[] => {
  const has = (step: string) => run.steps.some((one) => one.step === step);
  return [
    'run',
    ...(has('transform') && wasWeighed(run.engine)
      ? (['choose-engine'] as const)
      : []),
    ...run.steps.flatMap((step) =>
      isJob(run, step) ? (['start-job', 'finish-job'] as const) : [],
    ),
    ...(run.outcome === 'failed' ? (['record-failure'] as const) : []),
  ];
};

const lambdasOf = (run: Measured, architecture: Architecture): LambdaUse[] => {
  const steps = run.steps.filter((step) => !isJob(run, step));
  return [
    ...steps.flatMap(({ step, seconds, memory }) =>
      isSized(step)
        ? [
            {
              ...(STEP_SIZES[step] as StepSize),
              ...(memory !== undefined && { memory }),
              seconds,
              architecture,
            },
          ]
        : [],
    ),
    ...unmeasured(run).map((step) => ({
      ...STEP_SIZES[step],
      seconds: UNMEASURED_SECONDS,
      architecture,
    })),
  ];
};

/** The states that were entered, and the start. */
const transitionsOf = (run: Measured): number => {
  const count = (name: string) =>
    run.steps.filter(({ step }) => step === name).length;
  const fetches = count('fetch');
  const transforms = count('transform');
  return (
    1 +
    count('plan') +
    // Two nested Maps around the sources, and JoinWaves after them.
    (fetches > 0 ? fetches + 2 : 0) +
    (transforms > 0 ? 1 : 0) +
    // ChooseEngine before each, and WeighEngines with ChooseEngine again.
    transforms * (run.engine.name === 'spark' ? 3 : 2) +
    (transforms > 0 && wasWeighed(run.engine) ? 2 : 0) +
    count('publish') +
    count('refresh') +
    (run.outcome === 'failed' ? 2 : 0)
  );
};

const dpuSecondsOf = (run: Measured): number => {
  const jobs = run.steps.filter((step) => isJob(run, step));
  return (
    run.dpuSeconds ??
    jobs.reduce(
      (sum, { seconds }) =>
        sum + LEAST_DPUS * Math.max(seconds, LEAST_JOB_SECONDS),
      0,
    )
  );
};

const sum = <T>(of: readonly T[], value: (one: T) => number) =>
  of.reduce((total, one) => total + value(one), 0);

/** What a run used of AWS, or would have used there, as its ledger measured. */
export const usageOf = (run: Measured, architecture: Architecture): Usage => {
  const landedFiles = sum(run.sources, ({ files }) => files + 1);
  const madeFiles = sum(run.tables, ({ files = 1 }) => files);
  const isPublished = run.steps.some(({ step }) => step === 'publish');
  return {
    lambdas: lambdasOf(run, architecture),
    transitions: transitionsOf(run),
    dpuSeconds: dpuSecondsOf(run),
    // One query counts the rows of all tables, by their footers: the least that is billed.
    scans: run.scans ?? (isPublished ? [0] : []),
    puts: BOOKKEEPING.puts + landedFiles + madeFiles,
    gets: BOOKKEEPING.gets + landedFiles + madeFiles,
    storedBytes:
      sum(run.sources, ({ bytes }) => bytes) +
      sum(run.tables, ({ bytes }) => bytes),
    schedules: 1,
  };
};
