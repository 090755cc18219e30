/**
 * Generated values, hard ones above all, decoded by both engines: the same rows
 * and the same rejects. `DECODE_SEED` gives other values than those of every run.
 */
import { join } from 'node:path';
import { testFolder } from '../../cli/testing/tributary.ts';
import type { Ledger } from '../../functions/shared/ledger.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { type Compared, compareLakes } from './compareLakes.ts';
import { writeValues } from './decode/writeValues.ts';
import { rejects, runBy } from './sameRuns.ts';

const PIPELINES = join(import.meta.dirname, 'decode', 'pipelines');
const seed = Number(process.env.DECODE_SEED ?? 20_261_121);
const COUNT = 150;
const SOURCES = ['texts', 'documents', 'lists', 'records'];

const folder = testFolder();
const lake = (engine: string) => join(folder(), engine);
const ledgers: Ledger[] = [];
let tables: Compared[];

beforeAll(async () => {
  const { sources } = await localDefinitions(PIPELINES).plan('values');
  const [, ...columns] = sources[0]?.columns ?? [];
  const replay = join(folder(), 'input');
  await writeValues(join(replay, 'values'), columns, { seed, count: COUNT });
  const input = ['values', '--pipelines', PIPELINES, '--replay', replay];
  for (const engine of ['duckdb', 'spark']) {
    const ledger = (await runBy(engine, lake(engine), input)).get('values');
    if (ledger) ledgers.push(ledger);
  }
  tables = await compareLakes(lake('duckdb'), lake('spark'));
}, 600_000);

const rejectsOf = (engine: string, source: string) =>
  rejects(lake(engine), 'values').filter(
    (reject) => JSON.parse(reject).source === source,
  );

describe.each(SOURCES)(`seed ${seed}: values in %s`, (source) => {
  test('are the same', () => {
    const { rows, onlyFirst, onlySecond } =
      tables.find(({ table }) => table === `values.of_${source}`) ?? {};
    expect(rows).toBeGreaterThan(500);
    expect({ duckdb: onlyFirst, spark: onlySecond }).toEqual({
      duckdb: [],
      spark: [],
    });
  });

  test('are rejected alike', () => {
    const [duckdb, spark] = ['duckdb', 'spark'].map((e) =>
      rejectsOf(e, source),
    );
    expect(duckdb?.length).toBeGreaterThan(100);
    expect(spark).toEqual(duckdb);
  });

  test('are counted alike', () => {
    const [duckdb, spark] = ledgers.map(({ sources }) =>
      sources.find((one) => one.source === source),
    );
    expect(duckdb?.landed).toBeGreaterThan(1000);
    expect(spark).toEqual(duckdb);
  });
});
