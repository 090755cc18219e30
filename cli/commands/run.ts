import pLimit from 'p-limit';
import { UsageError } from '../../core/errors.ts';
import { openAhead } from '../../engine/database.ts';
import { engineLimits } from '../../functions/shared/engineLimits.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { progressFor } from '../output/progress.ts';
import { runReport } from '../output/runReport.ts';
import {
  exitCodeOfRuns,
  type InputOptions,
  outcomeJson,
  outcomeLine,
  type RunOutcome,
  runOnce,
  runOptions,
} from '../runOnce.ts';
import { runThere, stageInput, stageOf } from '../stage/commands.ts';
import { catchUp } from './catchUp.ts';
import { choosePipelines } from './choosePipelines.ts';

export interface RunCommandOptions extends CommonOptions, InputOptions {
  readonly date?: string;
  /** All periods since the start date that are missing or failed. */
  readonly catchUp?: boolean;
  readonly parallel?: number;
  readonly welcome?: boolean;
}

const WELCOME = `
All pipelines are published in .tributary/. Look at them in a browser:
  npx tributary serve
or here:
  npx tributary tables
  npx tributary sql "SELECT * FROM crime.unsolved_by_type ORDER BY crimes DESC"
  npx tributary runs
Every pipeline is a folder in pipelines/; docs/add-a-pipeline.md adds one.`;

/** Runs pipelines, some at once; one that fails does not stop the rest. */
export const runCommand = async (
  named: readonly string[],
  options: RunCommandOptions,
): Promise<number> => {
  const stage = await stageOf(options);
  const platform = stage?.platform ?? platformOf(options);
  const pipelines = await choosePipelines(platform, named, options);
  if (options.catchUp && stage)
    throw new UsageError('--catch-up is of this machine: use backfill --stage');
  if (options.catchUp) return catchUp(platform, pipelines, named, options);
  const input = stage ? stageInput(options) : runOptions(options);
  if (!stage && options.engine !== 'spark') openAhead(engineLimits(platform));
  const progress = await progressFor(pipelines, options.json ?? false);
  const limit = pLimit(options.parallel ?? (options.memory ? 1 : 8));
  const runOne = async (pipeline: string): Promise<RunOutcome> => {
    const { onProgress, onEnd } = progress;
    const date = options.date ?? null;
    const outcome = stage
      ? await runThere(stage, pipeline, date, input)
      : await runOnce(platform, pipeline, date, input, onProgress);
    const { ledger, result } = outcome;
    onEnd(pipeline, {
      line: outcomeLine(outcome),
      ...(ledger && { report: runReport(ledger) }),
      ...(result.error && { error: result.error }),
    });
    return outcome;
  };
  const outcomes = await Promise.all(
    pipelines.map((pipeline) => limit(() => runOne(pipeline))),
  );
  await progress.end();
  if (options.json)
    console.log(JSON.stringify({ runs: outcomes.map(outcomeJson) }, null, 1));
  const code = exitCodeOfRuns(outcomes);
  if (options.welcome && code === EXIT.ok) console.log(WELCOME);
  return code;
};
