import type { EngineName } from '../core/definePipeline.ts';
import { PRICE_REGION, PRICES_AS_OF } from '../core/price/priceBook.ts';
import {
  chooseEngine,
  estimate,
} from '../functions/choose-engine/chooseEngine.ts';
import {
  glueEngine,
  LEAST_WORKERS,
  lambdaEngine,
  TRANSFORM_MB,
} from '../platform/aws/awsEngines.ts';
import {
  AWS_SLOWER,
  type EngineSpeed,
  SPEEDS,
} from '../platform/engineSpeeds.ts';
import { localEngines } from '../platform/local/localEngines.ts';
import type { EngineFacts } from '../platform/ports.ts';
import { markdownTable } from './markdownTable.ts';

/** A run of generated loans by one engine. */
export interface EngineMeasure {
  readonly engine: EngineName;
  readonly rows: number;
  /** That landed. */
  readonly bytes: number;
  /** Of all processes, from the command's start to its end. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** What `npm run engines -- --measure` has measured: docs/engines.json. */
export interface MeasuredEngines {
  readonly on: string;
  readonly machine: string;
  readonly runs: readonly EngineMeasure[];
}

/** The line through an engine's smallest and largest run. */
export const speedOf = (
  { runs }: MeasuredEngines,
  engine: EngineName,
): EngineSpeed => {
  const own = runs
    .filter((run) => run.engine === engine)
    .sort((a, b) => a.bytes - b.bytes);
  const [small, large] = [own[0], own.at(-1)];
  if (!small || !large || small === large)
    throw new Error(`two sizes of ${engine} make a line`);
  const perMegabyte =
    ((large.cpuSeconds - small.cpuSeconds) * 1e6) / (large.bytes - small.bytes);
  const start = small.cpuSeconds - (perMegabyte * small.bytes) / 1e6;
  return { start: Math.max(0, start), perMegabyte };
};

const size = (bytes: number) =>
  bytes < 1e9
    ? `${Number((bytes / 1e6).toPrecision(2))} MB`
    : `${bytes / 1e9} GB`;
const short = (value: number) => `${Number(value.toPrecision(2))}`;
const memory = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
const count = (rows: number) => rows.toLocaleString('en');

const measuredTable = ({ runs }: MeasuredEngines) => {
  const rows = [...new Set(runs.map((run) => run.rows))].sort((a, b) => a - b);
  const of = (engine: EngineName, n: number) => {
    const run = runs.find((one) => one.engine === engine && one.rows === n);
    if (!run) throw new Error(`${engine} has no run of ${n} rows`);
    return run;
  };
  return markdownTable(
    [
      'generated loans',
      'landed',
      'DuckDB',
      'Spark',
      'Spark / DuckDB',
      'peak memory',
    ],
    rows.map((n) => {
      const [a, b] = [of('duckdb', n), of('spark', n)];
      return [
        count(n),
        size(a.bytes),
        `${short(a.cpuSeconds)} s`,
        `${short(b.cpuSeconds)} s`,
        short(b.cpuSeconds / a.cpuSeconds),
        `${memory(a.peakBytes)}, ${memory(b.peakBytes)}`,
      ];
    }),
  );
};

const SIZES = [1e7, 1e8, 3e8, 1e9, 2e9, 3e9, 1e10, 1e11];
const LARGE_LAMBDA_MB = 10_240;
const MANY_WORKERS = 10;

const time = (seconds: number) =>
  seconds < 120
    ? `${Math.round(seconds)} s`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min`
      : `${short(seconds / 3600)} h`;
const money = (dollars: number) =>
  `$${dollars < 1 ? Number(dollars.toPrecision(2)) : dollars.toFixed(2)}`;

const awsTable = () => {
  const lambda = lambdaEngine(TRANSFORM_MB);
  const glue = glueEngine(LEAST_WORKERS);
  const columns: [string, EngineFacts][] = [
    [`Lambda, ${TRANSFORM_MB} MB`, lambda],
    [`Lambda, ${LARGE_LAMBDA_MB} MB`, lambdaEngine(LARGE_LAMBDA_MB)],
    [`Glue, ${LEAST_WORKERS} × G.1X`, glue],
    [`Glue, ${MANY_WORKERS} × G.1X`, glueEngine(MANY_WORKERS)],
  ];
  return markdownTable(
    ['landed', ...columns.map(([name]) => name), '`auto` takes'],
    SIZES.map((bytes) => [
      size(bytes),
      ...columns.map(([, facts]) => {
        const { seconds, dollars, cannot } = estimate(bytes, facts);
        return cannot ? 'no' : `${time(seconds)}, ${money(dollars)}`;
      }),
      chooseEngine(bytes, [lambda, glue]).name,
    ]),
  );
};

/** The size from which on the rule takes Spark, to one part in a thousand. */
export const overtakesAt = (engines: readonly EngineFacts[]): number => {
  let [low, high] = [0, 1e15];
  while (high - low > high / 1000) {
    const middle = (low + high) / 2;
    if (chooseEngine(middle, engines).name === 'spark') high = middle;
    else low = middle;
  }
  return high;
};

/** The size from which on one engine is quicker than another, if ever. */
const quickerFrom = (slow: EngineFacts, quick: EngineFacts): number => {
  const late = (facts: EngineFacts) =>
    (facts.waitSeconds ?? 0) + facts.startSeconds;
  const gain = 1 / slow.bytesPerSecond - 1 / quick.bytesPerSecond;
  return gain > 0 ? (late(quick) - late(slow)) / gain : Infinity;
};

const round = (bytes: number) => size(Number(bytes.toPrecision(2)));

const MARKS = /(<!-- npm run engines -->\n)([\s\S]*)(\n<!-- end -->)/;

/** The figures that a page has between its marks. */
export const figuresOf = (page: string): string => MARKS.exec(page)?.[2] ?? '';

/** A page with other figures between its marks. */
export const withFigures = (page: string, figures: string): string =>
  page.replace(MARKS, (_, begin, __, end) => `${begin}\n${figures}${end}`);

/** What one machine shows: the line of each engine, and where they cross. */
const hereText = (): string => {
  const { duckdb, spark } = SPEEDS;
  const engines = localEngines('16GB', 2);
  const [slow, quick] = engines as [EngineFacts, EngineFacts];
  const where =
    spark.perMegabyte >= duckdb.perMegabyte
      ? 'at no size'
      : `at ${round(quickerFrom(slow, quick))}`;
  return `So DuckDB takes ${duckdb.start} s of a processor and ${duckdb.perMegabyte} s for each MB that landed, Spark
${spark.start} s and ${spark.perMegabyte} s. On one machine Spark overtakes ${where}, and \`auto\` takes it where
what DuckDB's memory is good for ends, spilling included: beyond ${round(overtakesAt(engines))} with
\`--memory 16GB\`.`;
};

const awsText = (): string => {
  const lambda = lambdaEngine(TRANSFORM_MB);
  const glue = glueEngine(LEAST_WORKERS);
  const many = glueEngine(MANY_WORKERS);
  const perByte = ({ dollarsPerHour, bytesPerSecond }: EngineFacts) =>
    dollarsPerHour / bytesPerSecond;
  const times = (facts: EngineFacts) => short(perByte(facts) / perByte(lambda));
  const costs = (facts: EngineFacts) => money(estimate(1e9, facts).dollars);
  return `A Lambda has a processor for each 1,769 MB, 900 s, of which the rule plans with half, and
10 GB of disk, which are good for 2.5 GB landed. Glue is there after a minute, and bills
all workers, one of which only drives, by the second from then on, a minute at least. A
MB costs ${times(glue)} times as much on ${LEAST_WORKERS} workers as in the Lambda, and ${times(many)} times on ${MANY_WORKERS}: so \`auto\` takes
Glue beyond ${round(overtakesAt([lambda, glue]))}, where the Lambda ends. Who is in a hurry: ${MANY_WORKERS} workers are quicker
than the Lambda of ${TRANSFORM_MB} MB from ${round(quickerFrom(lambda, many))} on, a GB for ${costs(many)} in place of ${costs(lambda)}; pin
\`engine: 'spark'\` and \`workers\`. Nothing of this has been measured on AWS.`;
};

/** The part of docs/engines.md that is made of measures and prices. */
export const enginesPage = (
  measured: MeasuredEngines,
): string => `Measured on ${measured.on}, on ${measured.machine}, by the processor time of all
processes of a run from its start to its end, since others shared the machine and wall
time says little there:

${measuredTable(measured)}

${hereText()}

On AWS, by the list prices of ${PRICE_REGION} as of ${PRICES_AS_OF} (the
[price book](../core/price/priceBook.ts) names their pages), and processors that are
taken to be ${AWS_SLOWER} times as slow as those here:

${awsTable()}

${awsText()}
`;
