import { PRICES } from '../../core/price/priceBook.ts';
import { AWS_SLOWER, SPEEDS } from '../engineSpeeds.ts';
import type { EngineFacts } from '../ports.ts';

/**
 * A Lambda of so many MB has one processor:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const PROCESSOR_MB = 1769;
/** A DPU, which is a worker of G.1X: https://aws.amazon.com/glue/pricing/ */
const DPU_PROCESSORS = 4;
/** Until Glue has machines; it bills none of it. */
const GLUE_WAIT_SECONDS = 60;
/** The least that Glue bills. */
const GLUE_LEAST_SECONDS = 60;
/** Until a Lambda has loaded the engine and its input. */
const LAMBDA_START_SECONDS = 2;

/** On so many processors of AWS. */
const startOf = (name: keyof typeof SPEEDS, processors: number) =>
  (AWS_SLOWER * SPEEDS[name].start) / processors;
const speedOf = (name: keyof typeof SPEEDS, processors: number) =>
  (processors * 1e6) / (AWS_SLOWER * SPEEDS[name].perMegabyte);

/** DuckDB in a Lambda of so many MB. */
export const lambdaEngine = (memory: number): EngineFacts => {
  const processors = memory / PROCESSOR_MB;
  return {
    name: 'duckdb',
    startSeconds: LAMBDA_START_SECONDS + startOf('duckdb', processors),
    bytesPerSecond: speedOf('duckdb', processors),
    dollarsPerHour: 3600 * (memory / 1024) * PRICES.lambdaArm.dollars,
    // Input, spill and output share 10 GB of disk.
    maxBytes: 2.5e9,
    // A Lambda has 900 s, and the guess may be wrong by a half.
    maxSeconds: 450,
  };
};

/** Spark on so many workers of G.1X, one of which is the driver. */
export const glueEngine = (workers: number): EngineFacts => ({
  name: 'spark',
  waitSeconds: GLUE_WAIT_SECONDS,
  // Before there is work for others the driver is alone.
  startSeconds: startOf('spark', DPU_PROCESSORS),
  bytesPerSecond: speedOf('spark', DPU_PROCESSORS * (workers - 1)),
  dollarsPerHour: workers * PRICES.glueDpu.dollars,
  leastSeconds: GLUE_LEAST_SECONDS,
});

/**
 * The memory of the function that transforms, where a stage sets no other: the
 * guess is of a usual stage, and so it stays for one with more.
 */
export const TRANSFORM_MB = 3008;
/** The fewest workers; Glue adds others where there is work for them. */
export const LEAST_WORKERS = 2;

/**
 * The engines of a stage. The speeds are a laptop's, which AWS is taken to be
 * slower than: they choose an engine and promise nothing.
 */
export const awsEngines: readonly EngineFacts[] = [
  lambdaEngine(TRANSFORM_MB),
  glueEngine(LEAST_WORKERS),
];
