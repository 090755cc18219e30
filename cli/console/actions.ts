import { UsageError } from '../../core/errors.ts';
import { parseDay } from '../../core/period.ts';
import { backfill, periodsToRun } from '../../functions/backfill/handler.ts';
import { summary } from '../commands/backfill.ts';
import { rollbackOnce, rollbackText } from '../commands/rollback.ts';
import { outcomeLine, runOnce } from '../runOnce.ts';
import { hasRun, runPeriods } from '../runPeriods.ts';
import type { ConsoleContext } from './context.ts';
import type { Job } from './jobs.ts';

const PARALLEL = 2;

/** A text that a page sent; empty is none. */
const textOf = (body: unknown, name: string): string | undefined => {
  const value = (body as Readonly<Record<string, unknown>> | null)?.[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > 100)
    throw new UsageError(`${name} has to be a short text`);
  return value;
};

const dayOf = (body: unknown, name: string): string | undefined => {
  const value = textOf(body, name);
  if (value !== undefined && !/^\d{4}-\d\d$/.test(value)) parseDay(value);
  return value;
};

/** Runs a pipeline once, for a date or for the default. */
export const startRun = (
  { platform, jobs, runOptions }: ConsoleContext,
  pipeline: string,
  body: unknown,
): Job => {
  const date = dayOf(body, 'date') ?? null;
  return jobs.start('run', pipeline, async ({ step }) => {
    const outcome = await runOnce(platform, pipeline, date, runOptions, step);
    const { result, ledger } = outcome;
    return {
      isDone: result.error === undefined,
      text: result.error
        ? `${result.error.name}: ${result.error.message}`
        : outcomeLine(outcome),
      ...(ledger && { run: ledger.run }),
    };
  });
};

const rangeOf = (body: unknown) => {
  const [from, to] = [dayOf(body, 'from'), dayOf(body, 'to')];
  return { ...(from && { from }), ...(to && { to }) };
};

const choose = (
  { platform, runOptions }: ConsoleContext,
  pipeline: string,
  body: unknown,
) =>
  backfill(platform)({
    pipeline,
    options: runOptions,
    ...rangeOf(body),
    ...((body as { force?: unknown } | null)?.force === true && {
      force: true,
    }),
  });

/** What a backfill would run, and how long it would take. */
export const quoteBackfill = async (
  context: ConsoleContext,
  pipeline: string,
  body: unknown,
): Promise<{ readonly text: string; readonly periods: readonly string[] }> => {
  const chosen = await choose(context, pipeline, body);
  return { text: summary(chosen, PARALLEL), periods: periodsToRun(chosen) };
};

/** Runs the periods that are missing or failed. */
export const startBackfill = (
  context: ConsoleContext,
  pipeline: string,
  body: unknown,
  stop: AbortSignal,
): Job => {
  const { platform, jobs, runOptions } = context;
  rangeOf(body);
  return jobs.start('backfill', pipeline, async ({ line }) => {
    const chosen = await choose(context, pipeline, body);
    line(summary(chosen, PARALLEL));
    const periods = periodsToRun(chosen);
    let ended = 0;
    const outcomes = await runPeriods(platform, {
      pipeline,
      periods,
      order: chosen.order.kind,
      parallel: PARALLEL,
      options: runOptions,
      stop,
      onEnd: (outcome) => {
        if (!hasRun(outcome)) return;
        const { error } = outcome.result;
        line(
          `[${++ended}/${periods.length}] ${outcomeLine(outcome)}` +
            (error ? `: ${error.message.split('\n')[0]}` : ''),
        );
      },
    });
    const done = outcomes.filter((one) => hasRun(one) && !one.result.error);
    return {
      isDone: done.length === periods.length,
      text: `${done.length} of ${periods.length} periods done`,
    };
  });
};

/** Takes a run back. */
export const startRollback = (
  { platform, jobs }: ConsoleContext,
  pipeline: string,
  body: unknown,
): Job => {
  const run = textOf(body, 'run');
  return jobs.start('rollback', pipeline, async () => {
    const result = await rollbackOnce(platform, pipeline, run);
    const said = [rollbackText(pipeline, result), ...(result.notices ?? [])];
    return { isDone: true, text: said.join('\n') };
  });
};
