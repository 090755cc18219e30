/**
 * Every pipeline by both engines, through the same command: the same tables,
 * counts, checks and rejects. `SPARK_REPLAY` names other input than the samples.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder, tributary } from '../../cli/testing/tributary.ts';
import type { Ledger } from '../../functions/shared/ledger.ts';
import { PIPELINES } from '../support/testLake.ts';
import { type Compared, compareLakes } from './compareLakes.ts';

const replay = process.env.SPARK_REPLAY;
const input = replay ? ['--replay', replay] : [];
const names = readdirSync(PIPELINES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const folder = testFolder();
const lake = (engine: string) => join(folder(), engine);

const run = async (engine: string): Promise<Map<string, Ledger>> => {
  const options = ['--engine', engine, '--lake', lake(engine), '--json'];
  const { code, stdout, stderr } = await tributary([
    ...['run', ...options, ...input],
  ]);
  if (code !== 0) throw new Error(`--engine ${engine}: ${stdout}${stderr}`);
  const { runs } = JSON.parse(stdout) as { runs: Ledger[] };
  return new Map(runs.map((ledger) => [ledger.pipeline, ledger]));
};

let duckdb: Map<string, Ledger>;
let spark: Map<string, Ledger>;
let tables: Compared[];
beforeAll(async () => {
  duckdb = await run('duckdb');
  spark = await run('spark');
  tables = await compareLakes(lake('duckdb'), lake('spark'));
  const counts = tables.map(({ table, rows }) => `${table}: ${rows} rows`);
  process.stdout.write(`${counts.join('\n')}\n`);
}, 1_800_000);

/** The rejected records as text. */
const rejects = (engine: string, pipeline: string): string[] => {
  const below = join(lake(engine), 'quarantine', pipeline);
  const files = (() => {
    try {
      return readdirSync(below, { recursive: true, encoding: 'utf8' });
    } catch {
      return [];
    }
  })();
  return files
    .filter((file) => file.endsWith('.ndjson'))
    .flatMap((file) => {
      const [source] = file.split('/');
      const lines = readFileSync(join(below, file), 'utf8').trim().split('\n');
      return lines.map((line) => {
        const { path, line: at, raw, reason, ...more } = JSON.parse(line);
        return JSON.stringify({ source, path, at, raw, reason, more });
      });
    })
    .sort();
};

/** What a check found; its detail names one bad row of several. */
const judged = ({ checks }: Ledger) =>
  checks.map(({ detail: _, ...result }) => result);

test('all pipelines were compared', () => {
  expect(names.length).toBeGreaterThanOrEqual(5);
  expect([...spark.keys()].sort()).toEqual(names.sort());
  expect(tables.filter(({ rows }) => rows === 0)).toEqual([]);
});

describe.each(names)('%s', (name) => {
  test('has the same rows from both engines', () => {
    const own = tables.filter(({ table }) => table.startsWith(`${name}.`));
    expect(own.length).toBeGreaterThan(0);
    for (const { onlyFirst, onlySecond, table } of own)
      expect({
        table,
        duckdb: onlyFirst.slice(0, 3),
        spark: onlySecond.slice(0, 3),
      }).toEqual({ table, duckdb: [], spark: [] });
  });

  test('has the same counts and checks, and says which engine it was', () => {
    const [a, b] = [duckdb.get(name), spark.get(name)];
    if (!a || !b) throw new Error(`no ledger of ${name}`);
    expect([a.engine.name, b.engine.name]).toEqual(['duckdb', 'spark']);
    expect(b.sources).toEqual(a.sources);
    expect(judged(b)).toEqual(judged(a));
  });

  test('has the same rejects', () => {
    expect(rejects('spark', name)).toEqual(rejects('duckdb', name));
  });
});
