import { resolve } from 'node:path';
import pLimit from 'p-limit';
import { type Ledger, readLedger } from '../../functions/shared/ledger.ts';
import {
  type CommonOptions,
  EXIT,
  exitCodeOf,
  platformOf,
} from '../context.ts';
import { type ExecutionResult, execute } from '../localMachine.ts';
import { progressFor } from '../output/progress.ts';
import { runLine, runReport } from '../output/runReport.ts';
import { choosePipelines } from './choosePipelines.ts';

export interface RunCommandOptions extends CommonOptions {
  readonly date?: string;
  readonly replay?: string;
  readonly live?: boolean;
  readonly parallel?: number;
  readonly welcome?: boolean;
}

const WELCOME = `
All pipelines are published in .tributary/. Look at them:
  npx tributary tables
  npx tributary sql "SELECT * FROM crime.unsolved_by_type ORDER BY crimes DESC"
  npx tributary runs
Every pipeline is a folder in pipelines/; docs/add-a-pipeline.md adds one.`;

interface Outcome {
  readonly result: ExecutionResult;
  readonly pipeline: string;
  readonly ledger?: Ledger;
}

const forMachines = ({ pipeline, result, ledger }: Outcome) => ({
  ...(ledger ?? { pipeline, run: null, outcome: 'not started' }),
  ...(result.error && { error: result.error }),
});

/** Runs pipelines, some at once; one that fails does not stop the rest. */
export const runCommand = async (
  named: readonly string[],
  options: RunCommandOptions,
): Promise<number> => {
  const platform = platformOf(options);
  const pipelines = await choosePipelines(platform, named, options);
  const progress = await progressFor(pipelines, options.json ?? false);
  const limit = pLimit(options.parallel ?? (options.memory ? 1 : 4));
  const runOne = async (pipeline: string): Promise<Outcome> => {
    const result = await execute(
      platform,
      {
        pipeline,
        date: options.date ?? null,
        options: {
          ...(options.replay !== undefined && {
            replay: resolve(options.replay),
          }),
          ...(options.live && { live: true }),
        },
      },
      progress.onProgress,
    );
    const ledger = await readLedger(platform, pipeline, result.run);
    progress.onEnd(pipeline, {
      line: ledger ? runLine(ledger) : `${pipeline}: not started`,
      ...(ledger && { report: runReport(ledger) }),
      ...(result.error && { error: result.error }),
    });
    return { pipeline, result, ...(ledger && { ledger }) };
  };
  const outcomes = await Promise.all(
    pipelines.map((pipeline) => limit(() => runOne(pipeline))),
  );
  await progress.end();
  if (options.json)
    console.log(JSON.stringify({ runs: outcomes.map(forMachines) }, null, 1));
  const failed = outcomes.flatMap(({ result }) => result.error ?? []);
  if (options.welcome && failed.length === 0) console.log(WELCOME);
  const codes = failed.map(({ name }) => exitCodeOf(name));
  return codes.length === 0 ? EXIT.ok : Math.min(...codes);
};
