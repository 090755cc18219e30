import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pLimit from 'p-limit';
import { TributaryError } from '../../core/errors.ts';
import { preview } from '../../functions/preview/handler.ts';
import type { Preview } from '../../functions/preview/preview.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, platformOf } from '../context.ts';
import { planReport, planSummary } from '../output/planReport.ts';
import { choosePipelines } from './choosePipelines.ts';

export interface PlanCommandOptions extends CommonOptions {
  readonly date?: string;
  readonly replay?: string;
  readonly live?: boolean;
  readonly data: boolean;
}

/** As of `terraform plan -detailed-exitcode`. */
export const PLAN_EXIT = { same: 0, error: 1, changes: 2 } as const;

interface Outcome {
  readonly pipeline: string;
  readonly preview?: Preview;
  readonly error?: { readonly name: string; readonly message: string };
}

const previewOne = async (
  platform: Platform,
  pipeline: string,
  options: PlanCommandOptions,
): Promise<Outcome> => {
  const execution = {
    id: await newExecution(),
    startedAt: platform.clock.now().toISOString(),
  };
  const input = {
    ...(options.replay !== undefined && { replay: resolve(options.replay) }),
    ...(options.live && { live: true }),
  };
  try {
    const found = await preview(platform)({
      pipeline,
      date: options.date ?? null,
      options: input,
      execution,
      data: options.data,
    });
    return { pipeline, preview: found };
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    return { pipeline, error: { name: error.name, message: error.message } };
  } finally {
    endExecution(execution.id);
  }
};

const print = (outcomes: readonly Outcome[], withData: boolean) => {
  for (const { preview: found } of outcomes)
    if (found) console.log(planReport(found));
  for (const { error } of outcomes)
    if (error) console.error(`${error.name}: ${error.message}`);
  const previews = outcomes.flatMap(({ preview: found }) => found ?? []);
  const whole = previews.filter(({ fails }) => !fails);
  if (whole.length > 0) console.log(`\n${planSummary(whole, withData)}`);
};

const exitCode = (outcomes: readonly Outcome[]): number => {
  if (outcomes.some(({ preview: found, error }) => error || found?.fails))
    return PLAN_EXIT.error;
  return outcomes.some(({ preview: found }) => found?.changes)
    ? PLAN_EXIT.changes
    : PLAN_EXIT.same;
};

const PREFIX = 'tributary-plan-';

/**
 * A scratch folder of this process; those of killed ones are removed. Not in
 * the lake, so that the lake is left as it is whatever happens.
 */
const scratchFolder = async ({ executions }: Platform): Promise<string> => {
  const id = await newExecution();
  const parent = tmpdir();
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const owner = name.slice(PREFIX.length).replaceAll('_', ':');
    if (!(await executions.isRunning(owner)))
      // It may be another person's.
      await rm(join(parent, name), { recursive: true, force: true }).catch(
        () => {},
      );
  }
  const folder = join(parent, `${PREFIX}${id.replaceAll(':', '_')}`);
  await mkdir(folder);
  return folder;
};

/** Shows what runs would change, and changes nothing. */
export const planCommand = async (
  named: readonly string[],
  options: PlanCommandOptions,
): Promise<number> => {
  const base = platformOf(options);
  const scratch = await scratchFolder(base);
  const platform = { ...base, scratch };
  try {
    const pipelines = await choosePipelines(platform, named, options);
    const limit = pLimit(options.memory ? 1 : 2);
    const outcomes = await Promise.all(
      pipelines.map((name) => limit(() => previewOne(platform, name, options))),
    );
    if (options.json)
      console.log(
        JSON.stringify(
          {
            changes: exitCode(outcomes) === PLAN_EXIT.changes,
            pipelines: outcomes.map(({ pipeline, preview: found, error }) => ({
              ...(found ?? { pipeline }),
              ...(error && { error }),
            })),
          },
          null,
          1,
        ),
      );
    else print(outcomes, options.data);
    return exitCode(outcomes);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};
