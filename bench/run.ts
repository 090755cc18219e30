import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { mariadbd } from '../test/mysql/startMariadb.ts';
import { consoleText, measureConsole } from './consolePair.ts';
import { filesText, measureFiles } from './filesPair.ts';
import { hasCurl, idleText, measureHttp } from './live/http.ts';
import { measureMysql } from './live/mysql.ts';
import { ROOT } from './measure.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { measurePair, type Pair } from './pair.ts';
import { pairText, rowsText } from './report.ts';
import { compareRows, type TableComparison } from './sameRows.ts';
import {
  generatedLoans,
  measureJob,
  measureSession,
} from './spark/sparkPairs.ts';
import { summarise } from './summary.ts';

/** What the design allows the platform to cost, against bare DuckDB. */
const TARGETS = {
  samples: { seconds: 6 },
  files: { seconds: 1.5 },
  replay: { seconds: 1.3, peakBytes: 1.25 },
} as const;

const bench = (file: string) => join(ROOT, 'bench', file);
const tributary = (lake: string, ...options: string[]) => [
  join(ROOT, 'cli', 'tributary.js'),
  'run',
  '--lake',
  lake,
  ...options,
];

class RowsDiffer extends Error {}

const samplePair: Pair = {
  ours: (lake) => tributary(lake),
  bare: () => [bench('selectOne.js')],
};

/** Without targets: what is left when DuckDB is told to spare memory. */
const leanPair = (replay: string): Pair => ({
  ours: (lake) => tributary(lake, '--replay', replay),
  bare: (out) => [bench('bare.js'), '--lean', replay, out],
});

const replayPair = (
  replay: string,
  onRows: (tables: readonly TableComparison[]) => void,
): Pair => ({
  ours: (lake) => tributary(lake, '--replay', replay),
  bare: (out) => [bench('bare.js'), replay, out],
  compare: async (lake, out) => {
    const tables = await compareRows(lake, out);
    onRows(tables);
    if (tables.some(({ fault }) => fault !== undefined)) throw new RowsDiffer();
  },
});

const machine = () => {
  const manifest = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> };
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? '',
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    duckdb: manifest.dependencies['@duckdb/node-api'] ?? '',
  };
};

type Say = (text: string) => void;

const runSamples = async ({ runs }: BenchOptions, say: Say) => {
  const samples = summarise(
    await measurePair(samplePair, runs),
    TARGETS.samples,
  );
  say(pairText('All samples, against one answer', 'SELECT 1', samples));
  return { samples };
};

const runReplay = async ({ replay, runs }: BenchOptions, say: Say) => {
  if (replay === undefined) {
    say('No recording to replay: that part is left out.');
    return {};
  }
  let tables: readonly TableComparison[] = [];
  const pair = replayPair(replay, (compared) => {
    tables = compared;
    say(rowsText(tables));
  });
  try {
    const replayed = summarise(await measurePair(pair, runs), TARGETS.replay);
    say(pairText(`All of ${replay}`, 'bare DuckDB', replayed));
    const lean = summarise(await measurePair(leanPair(replay), runs), {});
    say(pairText('The same, DuckDB keeping no order', 'lean DuckDB', lean));
    return { replay: replayed, lean, tables };
  } catch (error) {
    if (!(error instanceof RowsDiffer)) throw error;
    process.exitCode = 1;
    return { tables };
  }
};

const runFiles = async ({ runs }: BenchOptions, say: Say) => {
  const files = await measureFiles(runs);
  say(filesText(files, TARGETS.files.seconds));
  return { files };
};

const runConsole = async ({ replay, runs }: BenchOptions, say: Say) => {
  if (replay === undefined) {
    say('No recording to look at: the console is left out.');
    return {};
  }
  const console_ = await measureConsole(replay, runs);
  say(consoleText(console_));
  return { console: console_ };
};

const runHttp = async ({ runs }: BenchOptions, say: Say) => {
  if (!hasCurl()) {
    say('There is no curl: the download is left out.');
    return {};
  }
  const http = await measureHttp(runs);
  const title = `A CSV of ${(http.bytes / 1e9).toFixed(1)} GB over HTTP`;
  say(`${pairText(title, 'curl', http.pair)}\n${idleText(http)}`);
  return { http };
};

const runMysql = async ({ runs }: BenchOptions, say: Say) => {
  if (!mariadbd()) {
    say('There is no MariaDB: the reading of its table is left out.');
    return {};
  }
  const mysql = await measureMysql(runs);
  say(pairText('1 million rows of MariaDB', 'its client', mysql));
  return { mysql };
};

const runSpark = async ({ replay, runs, rows }: BenchOptions, say: Say) => {
  const session = await measureSession(runs);
  say(pairText('The start of a session', 'spark-submit', session));
  const jobs = [
    [`${rows} generated loans`, 'loans', await generatedLoans(rows)],
    ['The real arrivals', 'arrivals', replay],
  ] as const;
  const measured: Record<string, unknown> = {};
  for (const [title, pipeline, input] of jobs) {
    if (!input || !existsSync(join(input, pipeline))) continue;
    const job = await measureJob(pipeline, input, runs);
    say(rowsText(job.tables));
    say(pairText(`${title} by Spark`, 'by hand', job.spark));
    say(pairText(`${title} by DuckDB`, 'Spark by hand', job.duckdb));
    measured[pipeline] = job;
    if (job.tables.some(({ fault }) => fault !== undefined))
      process.exitCode = 1;
  }
  return { spark: { session, rows, ...measured } };
};

/** The samples first: to start a program copies the pages of this one. */
const BENCHES = {
  samples: runSamples,
  files: runFiles,
  replay: runReplay,
  console: runConsole,
  http: runHttp,
  mysql: runMysql,
  spark: runSpark,
} as const;

const main = async (options: BenchOptions): Promise<void> => {
  const { runs } = options;
  const say: Say = (text) => {
    if (!options.json) console.log(`${text}\n`);
  };
  const on = machine();
  say(
    `${on.cores} cores (${on.processor}), ${on.platform}, Node ${on.node}, ` +
      `DuckDB ${on.duckdb}; medians of ${runs}, extremes in brackets`,
  );
  let found: Record<string, unknown> = { machine: on, runs };
  for (const part of options.only)
    found = { ...found, ...(await BENCHES[part](options, say)) };
  if (options.json) console.log(JSON.stringify(found));
};

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) console.log(USAGE);
  else await main(readOptions(args));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
