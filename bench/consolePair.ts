import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { filterSql } from '../core/filterSql.ts';
import { lakeViews, linesView } from '../engine/query/lakeViews.ts';
import { OPS_COLUMNS } from '../functions/shared/ops.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import { ROOT, withFolder } from './measure.ts';
import { spread } from './summary.ts';

/** How long something took, in milliseconds, time by time. */
interface Times {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

export interface ConsoleUsage {
  /** The overview of all pipelines, against one query over their runs. */
  readonly overview: Times;
  /** The first dashboard, right after the first overview. */
  readonly firstMilliseconds: number;
  /** Page and answers, never kept ones, against the queries of its cards. */
  readonly dashboard: Times;
  readonly rows: number;
}

const PIPELINE = 'arrivals';
const COMMAND = join(ROOT, 'cli', 'tributary.js');

const tributary = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [COMMAND, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** @throws Error where the run fails. */
const publish = async (lake: string, replay: string): Promise<void> => {
  const child = tributary(['run', '--lake', lake, '--replay', replay]);
  child.stdout?.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the run of ${replay} ended with ${code}`);
};

const serve = async (lake: string) => {
  const child = tributary(['serve', '--lake', lake, '--port', '0', '--json']);
  const ended = once(child, 'close');
  const lines = createInterface({
    input: child.stdout as NodeJS.ReadableStream,
  });
  const [line] = await Promise.race([
    once(lines, 'line'),
    ended.then(() => Promise.reject(new Error('the console has not begun'))),
  ]);
  const { origin } = JSON.parse(String(line)) as { origin: string };
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  return { origin, stop };
};

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
};

const ask = async (address: string): Promise<string> => {
  const response = await fetch(address);
  const text = await response.text();
  if (!response.ok) throw new Error(`${address}: ${text}`);
  return text;
};

/** Each range has all days of the recording, and is asked for once. */
const range = (i: number) => ({
  from: '2000-01-01',
  to: new Date(Date.UTC(2100, 0, i + 1)).toISOString().slice(0, 10),
});

/** The same files, views and queries on DuckDB alone, with its defaults. */
const openBare = async (lake: string) => {
  const platform = localPlatform({ lake, pipelines: join(ROOT, 'pipelines') });
  const local = (key: string) => join(lake, key);
  const state = await platform.catalog.read(PIPELINE);
  const plan = await platform.definitions.plan(PIPELINE);
  const runs = (await platform.store.list('ops/runs/')).map(local);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const sql of [
    ...lakeViews([state], local),
    ...linesView('ops', 'runs', OPS_COLUMNS.runs, runs),
    `USE ${PIPELINE}`,
  ])
    await connection.run(sql);
  const overview = () =>
    connection.runAndReadAll('SELECT * FROM ops.runs ORDER BY started_at');
  const day = plan.filters?.find(({ kind }) => kind === 'dates')?.name ?? '';
  const dashboard = async (i: number) => {
    const texts = plan.dashboard.map(({ sql }) =>
      filterSql(sql.text, PIPELINE, plan.filters ?? [], { [day]: range(i) }),
    );
    for (const text of new Set(texts)) await connection.runAndReadAll(text);
  };
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { overview, dashboard, close, day, rows: await rowsOf(connection) };
};

const rowsOf = async (connection: DuckDBConnection): Promise<number> => {
  const counted = await connection.runAndReadAll(
    'SELECT count(*) FROM fact_arrivals',
  );
  return Number(counted.getRows()[0]?.[0]);
};

/** Asks both by turns; the first time of each is not counted. */
const byTurns = async (
  runs: number,
  ours: (i: number) => Promise<unknown>,
  bare: (i: number) => Promise<unknown>,
): Promise<Times> => {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let i = 0; i <= runs; i++) {
    const [a, b] = [await timed(() => ours(i)), await timed(() => bare(i))];
    if (i === 0) continue;
    times.ours.push(a);
    times.bare.push(b);
  }
  return times;
};

/** Publishes a recording, serves it, and asks as a browser does. */
export const measureConsole = (
  replay: string,
  runs: number,
): Promise<ConsoleUsage> =>
  withFolder(async (lake) => {
    await publish(lake, replay);
    const bare = await openBare(lake);
    const { origin, stop } = await serve(lake);
    try {
      const dashboard = async (query = '') => {
        await ask(`${origin}/pipelines/${PIPELINE}/dashboard${query}`);
        await ask(`${origin}/api/dashboards/${PIPELINE}${query}`);
      };
      const filtered = (i: number) => {
        const { from, to } = range(i);
        return dashboard(`?${bare.day}=${from}..${to}`);
      };
      // Nobody clicks before the first page is there.
      await ask(`${origin}/`);
      const first = await timed(() => dashboard());
      return {
        firstMilliseconds: first,
        overview: await byTurns(runs, () => ask(`${origin}/`), bare.overview),
        dashboard: await byTurns(runs, filtered, bare.dashboard),
        rows: bare.rows,
      };
    } finally {
      await stop();
      bare.close();
    }
  });

/** What the console may take, in milliseconds. */
export const CONSOLE_TARGETS = { overview: 100, dashboard: 1000 } as const;

/** Both pairs in words, with the ratios of the medians. */
export const consoleText = ({
  overview,
  dashboard,
  firstMilliseconds,
  rows,
}: ConsoleUsage): string => {
  const shown = (times: readonly number[]) => {
    const { median, min, max } = spread(times);
    return `${median.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
  };
  const line = (name: string, { ours, bare }: Times, target: number) => {
    const [a, b] = [spread(ours).median, spread(bare).median];
    const word = a <= target ? 'within' : 'above';
    return (
      `${name}  ${shown(ours).padEnd(18)}  ${shown(bare).padEnd(18)}  ` +
      `${(a / b).toFixed(2).padEnd(6)}  ${word} ${target} ms`
    );
  };
  return [
    `The console over ${rows.toLocaleString('en-US')} arrivals (ms, bare DuckDB, ratio)`,
    line('overview ', overview, CONSOLE_TARGETS.overview),
    line('dashboard', dashboard, CONSOLE_TARGETS.dashboard),
    `The first dashboard, right after the first overview: ${firstMilliseconds.toFixed(0)} ms`,
  ].join('\n');
};
