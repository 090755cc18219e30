import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { DEFAULT_PIPELINES } from '../../cli/context.ts';
import { projectSpark } from '../../platform/local/spark/projectSpark.ts';
import type { SparkHome } from '../../platform/local/spark/setUp.ts';
import { generateInput } from '../../scripts/generate.ts';
import { ROOT, type Usage, withFolder } from '../measure.ts';
import { compareRows, type TableComparison } from '../sameRows.ts';
import { type Summary, summarise, type Targets } from '../summary.ts';
import { measureTree } from './measureTree.ts';

/** How much slower than a script written by hand, and so on, it may be. */
export const SPARK_TARGETS = {
  session: { seconds: 0.6 },
  job: { seconds: 1.15 },
  /** DuckDB is at least six times as fast as the script. */
  duckdb: { seconds: 1 / 6 },
} as const;

/** What the script is given by hand and the job has of itself. */
const SETTINGS = {
  'spark.serializer': 'org.apache.spark.serializer.KryoSerializer',
  'spark.sql.shuffle.partitions': '2',
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.parquet.compression.codec': 'zstd',
  'spark.ui.enabled': 'false',
};

const here = (name: string) => join(import.meta.dirname, name);

/** `spark-submit` of PySpark, as who installs PySpark has it. */
const submit = async ({ python, java }: SparkHome) => {
  const lib = join(dirname(dirname(python)), 'lib');
  const [version = ''] = await readdir(lib);
  const home = join(lib, version, 'site-packages', 'pyspark');
  const env = {
    SPARK_HOME: home,
    // Else the `java` of the PATH is meant by both.
    ...(isAbsolute(java) && { JAVA_HOME: dirname(dirname(java)) }),
    PYSPARK_PYTHON: python,
    PYSPARK_DRIVER_PYTHON: python,
  };
  const set = Object.entries(SETTINGS).flatMap(([k, v]) => [
    '--conf',
    `${k}=${v}`,
  ]);
  const program = join(home, 'bin', 'spark-submit');
  const own = ['--master', 'local[2]', '--driver-memory', '2g', ...set];
  return {
    bare: (file: string) => measureTree([program, here(file)], env),
    script: (file: string, ...args: string[]) =>
      measureTree([program, ...own, here(file), ...args], env),
  };
};

type Way = (folder: string) => Promise<Usage>;

/** Several ways to do the same, by turns, each into an empty folder. */
const byTurns = async (
  ways: readonly Way[],
  runs: number,
  afterFirst?: (folders: readonly string[]) => Promise<void>,
): Promise<Usage[][]> => {
  const found = ways.map((): Usage[] => []);
  const within = (
    folders: readonly string[],
    act: (folders: readonly string[]) => Promise<void>,
  ): Promise<void> =>
    folders.length === ways.length
      ? act(folders)
      : withFolder((folder) => within([...folders, folder], act));
  for (let i = 0; i < runs; i++)
    await within([], async (folders) => {
      for (const [n, way] of ways.entries())
        found[n]?.push(await way(folders[n] ?? ''));
      if (i === 0) await afterFirst?.(folders);
    });
  return found;
};

/** Reads all files of a folder once, so that all sides find them in memory. */
const warm = async (folder: string): Promise<void> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of found.filter((one) => one.isFile()))
    for await (const _ of createReadStream(join(entry.parentPath, entry.name)));
};

const summary = (ours: Usage[] = [], bare: Usage[] = [], targets: Targets) =>
  summarise({ ours, bare }, targets);

/** The start of a session, against `spark-submit` with nothing to do. */
export const measureSession = async (runs: number): Promise<Summary> => {
  const home = await projectSpark(() => {});
  const { bare } = await submit(home);
  const { python, java, archive } = home;
  const session: Way = (folder) =>
    measureTree([python, here('session.py'), java, archive, folder]);
  const ways: readonly Way[] = [session, () => bare('nothing.py')];
  // Once before, since the first of each loads its programs from the disk.
  await byTurns(ways, 1);
  const [ours, theirs] = await byTurns(ways, runs);
  return summary(ours, theirs, SPARK_TARGETS.session);
};

export interface JobUsage {
  readonly spark: Summary;
  readonly duckdb: Summary;
  readonly tables: readonly TableComparison[];
}

/**
 * One pipeline by Spark, by a script written by hand, and by DuckDB.
 * @param replay the folder that holds the pipeline's recording.
 */
export const measureJob = async (
  pipeline: 'loans' | 'arrivals',
  replay: string,
  runs: number,
): Promise<JobUsage> => {
  const { script } = await submit(await projectSpark(() => {}));
  const ours =
    (engine: string): Way =>
    (lake) =>
      measureTree([
        ...[process.execPath, join(ROOT, 'cli', 'tributary.js'), 'run'],
        ...[pipeline, '--engine', engine, '--lake', lake, '--replay', replay],
      ]);
  const sql = join(DEFAULT_PIPELINES, pipeline, 'sql');
  const byHand: Way = (out) =>
    script(`${pipeline}.py`, join(replay, pipeline), out, sql);
  await warm(join(replay, pipeline));
  let tables: readonly TableComparison[] = [];
  const [spark, hand, duckdb] = await byTurns(
    [ours('spark'), byHand, ours('duckdb')],
    runs,
    async ([lake = '', out = '', other = '']) => {
      tables = [
        ...(await compareRows(lake, out)),
        ...(await compareRows(other, out)),
      ];
    },
  );
  return {
    spark: summary(spark, hand, SPARK_TARGETS.job),
    duckdb: summary(duckdb, hand, SPARK_TARGETS.duckdb),
    tables,
  };
};

/** Generated loans, which are kept for the next time. */
export const generatedLoans = async (rows: number): Promise<string> => {
  const folder = join(ROOT, '.cache', 'bench', `${rows}`);
  if (!existsSync(join(folder, 'loans')))
    await generateInput('loans', folder, { rows, seed: 1 });
  return folder;
};
