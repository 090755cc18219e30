import { join } from 'node:path';
import pLimit from 'p-limit';
import type { EngineName } from '../../core/definePipeline.ts';
import { OPS_COLUMNS } from '../../functions/shared/ops.ts';
import { compare, type Statement, type Verdict } from './compare.ts';
import { openEngine } from './engine.ts';
import { makeLake } from './lake.ts';
import { register, registerOps } from './register.ts';
import { stage } from './staging.ts';
import { opsStatements, statementsOf } from './statements.ts';

/** One input of the pipelines. */
export type Input = {
  readonly title: string;
  /** The folder of recordings; without it the samples. */
  readonly replay?: string;
  /** What makes the tables; DuckDB unless it is named. */
  readonly engine?: EngineName;
};

const AT_ONCE = 3;

const failed = (pipeline: string, what: string, error: string): Verdict => ({
  statement: {
    ...{ pipeline, what },
    ...{ trino: { sql: '', schema: '' }, engine: { sql: '', schema: '' } },
  },
  rows: 0,
  faults: error.split('\n'),
});

/**
 * Makes a lake of one input below the folder `temp` and asks Trino and the
 * engine everything there is to ask. Gives a verdict for each statement, and
 * for each pipeline that could not be asked.
 */
export async function runRound(
  trino: Promise<{ readonly url: string }>,
  { replay, engine: maker }: Input,
  only: readonly string[],
  temp: string,
): Promise<Verdict[]> {
  const lake = join(temp, 'lake');
  const { platform, runs } = await makeLake(lake, only, replay, maker);
  const { url } = await trino;
  await register(url, lake);
  const { runs: runColumns, checks } = OPS_COLUMNS;
  await registerOps(url, lake, { runs: [...runColumns], checks: [...checks] });

  const verdicts: Verdict[] = [];
  const statements: Statement[] = opsStatements();
  for (const run of runs) {
    const { pipeline } = run;
    if ('error' in run) {
      verdicts.push(failed(pipeline, 'run', run.error));
      continue;
    }
    const { plan, ledger } = run;
    const folder = join(temp, 'staging', pipeline);
    try {
      await stage(url, platform, plan, ledger, folder);
      statements.push(...statementsOf(plan, ledger));
    } catch (error) {
      verdicts.push(failed(pipeline, 'staging', (error as Error).message));
    }
  }
  const engine = await openEngine(platform, lake, join(temp, 'spill'));
  const limit = pLimit(AT_ONCE);
  try {
    const asked = statements.map((each, i) =>
      limit(() => compare(url, engine, each, join(temp, `result-${i}.ndjson`))),
    );
    return [...verdicts, ...(await Promise.all(asked))];
  } finally {
    engine.close();
  }
}
