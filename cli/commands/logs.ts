import { UsageError } from '../../core/errors.ts';
import { FUNCTIONS } from '../../resources/functions.ts';
import { type CommonOptions, EXIT } from '../context.ts';
import { onOneLine } from '../output/onOneLine.ts';
import { readLogs } from '../stage/logs.ts';
import { openStage } from '../stage/openStage.ts';

export interface LogsCommandOptions extends CommonOptions {
  readonly run?: string;
  readonly function?: string;
  /** Seconds back from now. */
  readonly since: number;
  readonly errors?: boolean;
}

/** Prints what the functions of a stage have logged. */
export const logsCommand = async (
  pipeline: string | undefined,
  options: LogsCommandOptions,
): Promise<number> => {
  const { stage: name, run, errors, function: one } = options;
  if (name === undefined)
    throw new UsageError('say of which stage: --stage dev');
  const known = Object.keys(FUNCTIONS);
  if (one !== undefined && !known.includes(one))
    throw new UsageError(
      `there is no function "${one}". Known: ${known.join(', ')}`,
    );
  const stage = await openStage(name, options.pipelines);
  if (pipeline !== undefined) await stage.platform.definitions.plan(pipeline);
  const lines = await readLogs({
    stage: name,
    functions: one === undefined ? known : [one],
    since: new Date(Date.now() - options.since * 1000),
    ...{ pipeline, run, errors },
  });
  if (options.json) console.log(JSON.stringify(lines, null, 1));
  else if (lines.length === 0) console.error('Nothing was logged since then.');
  else
    for (const { at, level, function: from, message, ...line } of lines)
      console.log(
        [at, level.padEnd(5), from, line.pipeline, line.run, onOneLine(message)]
          .filter((part) => part !== undefined)
          .join(' '),
      );
  return EXIT.ok;
};
