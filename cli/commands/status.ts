import { StageError, TributaryError } from '../../core/errors.ts';
import { type Status, status } from '../../functions/status/handler.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { type StatusResult, statusReport } from '../output/statusReport.ts';
import { stageOf } from '../stage/commands.ts';
import { choosePipelines } from './choosePipelines.ts';

const NEEDS_SOMEBODY = ['late', 'failed', 'broken'];

/** Tells how pipelines stand; ends with 1 where one is late or failed. */
export const statusCommand = async (
  named: readonly string[],
  options: CommonOptions,
): Promise<number> => {
  const stage = await stageOf(options);
  const platform = stage?.platform ?? platformOf(options);
  const pipelines = await choosePipelines(platform, named, {});
  const results = await Promise.all(
    pipelines.map(async (pipeline): Promise<StatusResult> => {
      try {
        if (!stage) return await status(platform)({ pipeline });
        const [one] = await stage.invoke<Status[]>('status', { pipeline });
        if (!one) throw new StageError('the stage says nothing', { pipeline });
        return one;
      } catch (error) {
        if (!(error instanceof TributaryError)) throw error;
        const { name, message } = error;
        return { pipeline, state: 'broken', error: { name, message } };
      }
    }),
  );
  if (options.json) console.log(JSON.stringify(results, null, 1));
  else console.log(statusReport(results, platform.clock.now()));
  const isWell = results.every(({ state }) => !NEEDS_SOMEBODY.includes(state));
  return isWell ? EXIT.ok : EXIT.failed;
};
