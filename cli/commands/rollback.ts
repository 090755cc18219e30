import {
  type RollbackResult,
  rollback,
} from '../../functions/rollback/handler.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { stageOf } from '../stage/commands.ts';

/** Takes back a run, the last published one without a name. */
export const rollbackOnce = async (
  platform: Platform,
  pipeline: string,
  run: string | undefined,
): Promise<RollbackResult> => {
  await platform.definitions.plan(pipeline);
  const id = await newExecution();
  const startedAt = platform.clock.now().toISOString();
  try {
    return await rollback(platform)({
      pipeline,
      execution: { id, startedAt },
      ...(run !== undefined && { run }),
    });
  } finally {
    endExecution(id);
  }
};

/** What a person is told of it. */
export const rollbackText = (
  pipeline: string,
  { run, tables }: RollbackResult,
): string => `${pipeline}: run ${run} was rolled back (${tables.join(', ')})`;

/** Takes back a whole run: all its tables at once. */
export const rollbackCommand = async (
  pipeline: string,
  run: string | undefined,
  options: CommonOptions,
): Promise<number> => {
  const stage = await stageOf(options);
  if (stage) await stage.platform.definitions.plan(pipeline);
  const result = stage
    ? await stage.invoke<RollbackResult>('rollback', {
        pipeline,
        ...(run !== undefined && { run }),
      })
    : await rollbackOnce(platformOf(options), pipeline, run);
  if (options.json) console.log(JSON.stringify(result, null, 1));
  else {
    console.log(rollbackText(pipeline, result));
    for (const notice of result.notices ?? []) console.error(notice);
  }
  return EXIT.ok;
};
