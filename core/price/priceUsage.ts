import { PRICES, PRICES_AS_OF } from './priceBook.ts';

export type Architecture = 'arm64' | 'x86_64';

/** One invocation of a function. */
export interface LambdaUse {
  /** In MB. */
  readonly memory: number;
  /** Of `/tmp`, in MB. Default: the 512 that cost nothing. */
  readonly disk?: number;
  readonly seconds: number;
  readonly architecture: Architecture;
}

/** What was used of AWS. */
export interface Usage {
  readonly lambdas: readonly LambdaUse[];
  /** Of a standard workflow. */
  readonly transitions: number;
  readonly dpuSeconds: number;
  /** Bytes that each query of Athena scanned. */
  readonly scans: readonly number[];
  readonly puts: number;
  readonly gets: number;
  /** Bytes that are kept for a month. */
  readonly storedBytes: number;
  /** Starts by a schedule. */
  readonly schedules: number;
}

/** A line of a bill. */
export interface CostLine {
  readonly service: string;
  readonly what: string;
  readonly quantity: number;
  readonly dollars: number;
}

export interface Cost {
  readonly dollars: number;
  /** Without what was not used. */
  readonly lines: readonly CostLine[];
  /** The day of the prices. */
  readonly prices: string;
}

const GB = 2 ** 30;
const TB = 1e12;
const FREE_DISK = 512;
/** Athena counts whole megabytes, and at least ten for a query. */
const MEGABYTE = 1e6;
const LEAST_MEGABYTES = 10;

/** To a billionth of a dollar: sums of these stay what they look like. */
export const roundDollars = (dollars: number): number =>
  Math.round(dollars * 1e9) / 1e9;

const sum = <T>(of: readonly T[], value: (one: T) => number) =>
  of.reduce((total, one) => total + value(one), 0);

/** Lambda counts whole milliseconds. */
const billedSeconds = ({ seconds }: LambdaUse) =>
  Math.ceil(Math.round(seconds * 1e6) / 1e3) / 1e3;

const gigabyteSeconds = (uses: readonly LambdaUse[]) =>
  sum(uses, (use) => (use.memory / 1024) * billedSeconds(use));

const diskSeconds = (uses: readonly LambdaUse[]) =>
  sum(
    uses,
    (use) =>
      (Math.max((use.disk ?? FREE_DISK) - FREE_DISK, 0) / 1024) *
      billedSeconds(use),
  );

const scannedBytes = (bytes: number) =>
  Math.max(Math.ceil(bytes / MEGABYTE), LEAST_MEGABYTES) * MEGABYTE;

const line = (
  service: string,
  what: string,
  quantity: number,
  dollars: number,
): CostLine[] =>
  quantity > 0
    ? [
        {
          service,
          what,
          quantity: Math.round(quantity * 1e6) / 1e6,
          dollars: roundDollars(quantity * dollars),
        },
      ]
    : [];

/** What a use of AWS costs by its list prices. */
export const priceUsage = (usage: Usage): Cost => {
  const { lambdas, transitions, dpuSeconds, scans, puts, gets } = usage;
  const arm = lambdas.filter(({ architecture }) => architecture === 'arm64');
  const x86 = lambdas.filter(({ architecture }) => architecture === 'x86_64');
  const lines = [
    ...line(
      'Lambda',
      'GB-seconds, arm64',
      gigabyteSeconds(arm),
      PRICES.lambdaArm.dollars,
    ),
    ...line(
      'Lambda',
      'GB-seconds, x86_64',
      gigabyteSeconds(x86),
      PRICES.lambdaX86.dollars,
    ),
    ...line(
      'Lambda',
      'GB-seconds of disk',
      diskSeconds(lambdas),
      PRICES.lambdaDisk.dollars,
    ),
    ...line('Lambda', 'requests', lambdas.length, PRICES.lambdaRequest.dollars),
    ...line(
      'Step Functions',
      'transitions',
      transitions,
      PRICES.transition.dollars,
    ),
    ...line('Glue', 'DPU-seconds', dpuSeconds, PRICES.glueDpu.dollars / 3600),
    ...line(
      'Athena',
      'bytes scanned',
      sum(scans, scannedBytes),
      PRICES.athenaScan.dollars / TB,
    ),
    ...line('S3', 'writes and lists', puts, PRICES.s3Put.dollars),
    ...line('S3', 'reads', gets, PRICES.s3Get.dollars),
    ...line(
      'S3',
      'GB kept for a month',
      usage.storedBytes / GB,
      PRICES.s3Storage.dollars,
    ),
    ...line(
      'EventBridge',
      'starts by a schedule',
      usage.schedules,
      PRICES.schedule.dollars,
    ),
  ];
  return {
    dollars: roundDollars(sum(lines, ({ dollars }) => dollars)),
    lines,
    prices: PRICES_AS_OF,
  };
};
