import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pLimit from 'p-limit';
import { DEFAULT_PIPELINES } from '../../cli/context.ts';
import { execute } from '../../cli/localMachine.ts';
import type { EngineName } from '../../core/definePipeline.ts';
import type { Plan } from '../../core/plan.ts';
import { type Ledger, readLedger } from '../../functions/shared/ledger.ts';
import { readPlan } from '../../functions/shared/readPlan.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import type { Platform } from '../../platform/ports.ts';

/** A pipeline's run; `error` where it published nothing. */
export type Run =
  | { readonly pipeline: string; readonly error: string }
  | { readonly pipeline: string; readonly plan: Plan; readonly ledger: Ledger };

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const runOne = async (
  platform: Platform,
  pipeline: string,
  replay: string | undefined,
  engine: EngineName,
): Promise<Run> => {
  const options = {
    engine,
    ...(replay !== undefined && { replay: resolve(replay) }),
  };
  const event = { pipeline, date: null, options };
  const { run, error } = await execute(platform, event);
  if (error) return { pipeline, error: `${error.name}: ${error.message}` };
  const ledger = await readLedger(platform, pipeline, run);
  if (!ledger) return { pipeline, error: `run ${run} left no ledger` };
  if (ledger.engine.name !== engine)
    return { pipeline, error: `it was run by ${ledger.engine.name}` };
  return { pipeline, ledger, plan: await readPlan(platform, pipeline, run) };
};

/**
 * Runs pipelines into a new lake in the folder `lake` by the state machine.
 *
 * `only` are names of pipelines, none for all; `replay` a folder of recordings,
 * of which those that are there are run; without it the samples; `engine` makes
 * the tables. Throws an Error when there is no such folder.
 */
export async function makeLake(
  lake: string,
  only: readonly string[],
  replay: string | undefined,
  engine: EngineName = 'duckdb',
): Promise<{ platform: Platform; runs: Run[] }> {
  const platform = localPlatform({ lake, pipelines: DEFAULT_PIPELINES });
  if (replay !== undefined && !(await exists(replay)))
    throw new Error(`There is no folder ${replay} to replay`);
  const known = only.length > 0 ? only : await platform.definitions.names();
  const limit = pLimit(2);
  const runs = known.map((pipeline) =>
    limit(async () => {
      const folder = replay === undefined ? '' : join(replay, pipeline);
      if (folder && !(await exists(folder))) return [];
      return [await runOne(platform, pipeline, replay, engine)];
    }),
  );
  return { platform, runs: (await Promise.all(runs)).flat() };
}
