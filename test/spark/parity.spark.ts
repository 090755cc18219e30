/**
 * Every pipeline by both engines, through the same command: the same tables,
 * counts, checks and rejects. `SPARK_REPLAY` names other input than the samples.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '../../cli/testing/tributary.ts';
import type { Ledger } from '../../functions/shared/ledger.ts';
import { PIPELINES } from '../support/testLake.ts';
import { type Compared, compareLakes } from './compareLakes.ts';
import { rejects, runBy } from './sameRuns.ts';

const replay = process.env.SPARK_REPLAY;
const input = replay ? ['--replay', replay] : [];
const names = readdirSync(PIPELINES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const folder = testFolder();
const lake = (engine: string) => join(folder(), engine);

let duckdb: Map<string, Ledger>;
let spark: Map<string, Ledger>;
let tables: Compared[];
beforeAll(async () => {
  duckdb = await runBy('duckdb', lake('duckdb'), input);
  spark = await runBy('spark', lake('spark'), input);
  tables = await compareLakes(lake('duckdb'), lake('spark'));
  const counts = tables.map(({ table, rows }) => `${table}: ${rows} rows`);
  process.stdout.write(`${counts.join('\n')}\n`);
}, 1_800_000);

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
    expect(rejects(lake('spark'), name)).toEqual(rejects(lake('duckdb'), name));
  });
});
