import { rollback } from '../../functions/rollback/handler.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';

/** Takes back a whole run: all its tables at once. */
export const rollbackCommand = async (
  pipeline: string,
  run: string | undefined,
  options: CommonOptions,
): Promise<number> => {
  const platform = platformOf(options);
  await platform.definitions.plan(pipeline);
  const id = await newExecution();
  const startedAt = platform.clock.now().toISOString();
  try {
    const result = await rollback(platform)({
      pipeline,
      execution: { id, startedAt },
      ...(run !== undefined && { run }),
    });
    if (options.json) console.log(JSON.stringify(result, null, 1));
    else {
      console.log(
        `${pipeline}: run ${result.run} was rolled back ` +
          `(${result.tables.join(', ')})`,
      );
      for (const notice of result.notices ?? []) console.error(notice);
    }
    return EXIT.ok;
  } finally {
    endExecution(id);
  }
};
