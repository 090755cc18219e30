import { join, resolve } from 'node:path';
import { DefinitionError, UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { keys } from '../../functions/shared/keys.ts';
import { startsOf } from '../../functions/shared/starts.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import { localNotifier } from '../../platform/local/localNotifier.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { localTime } from '../output/localTime.ts';
import { onOneLine } from '../output/onOneLine.ts';
import { alignTable } from '../output/table.ts';
import { reconcileRuns } from '../reconcileRuns.ts';
import {
  type InputOptions,
  outcomeJson,
  outcomeLine,
  runOnce,
  runOptions,
} from '../runOnce.ts';
import { keepLooking } from '../scheduler/keepLooking.ts';
import { createLookout } from '../scheduler/lookout.ts';
import { createScheduler } from '../scheduler/scheduler.ts';
import { stopOnSignal } from '../stopOnSignal.ts';
import { choosePipelines } from './choosePipelines.ts';

export interface ScheduleCommandOptions extends CommonOptions, InputOptions {
  readonly parallel?: number;
  /** Runs what is due, and ends. */
  readonly once?: boolean;
}

/** The definitions that are sound; of the others it is told what is wrong. */
const readPlans = async (
  platform: Platform,
  pipelines: readonly string[],
): Promise<Plan[]> => {
  const plans = await Promise.all(
    pipelines.map(async (pipeline) => {
      try {
        return await platform.definitions.plan(pipeline);
      } catch (error) {
        if (!(error instanceof DefinitionError)) throw error;
        console.error(`${pipeline} is left out: ${error.message}`);
        return undefined;
      }
    }),
  );
  const sound = plans.filter((plan) => plan !== undefined);
  if (sound.length === 0)
    throw new UsageError('there is no pipeline to schedule');
  return sound;
};

const printNext = (plans: readonly Plan[], now: Date) => {
  const rows = plans.map((plan) => {
    const next = startsOf(plan).next(now)?.toISOString();
    return [
      plan.pipeline,
      plan.schedule,
      next ? localTime(next, plan.timezone) : 'none',
    ];
  });
  console.log(alignTable(['pipeline', 'schedule', 'next start'], rows));
};

const stamp = (platform: Platform) =>
  `${platform.clock.now().toISOString().slice(0, 19)}Z`;

/** Tells of the ends of runs, of lateness and slowness: a file, and a line. */
const withNotifier = (
  platform: Platform,
  { lake }: CommonOptions,
): Platform => ({
  ...platform,
  notifier: localNotifier({
    clock: platform.clock,
    file: join(resolve(lake), keys.told),
    say: ({ kind, text }) =>
      console.error(
        `${stamp(platform)} ${kind}: ${text.split('\n').map(onOneLine).join('; ')}`,
      ),
  }),
});

/** Runs pipelines on their schedules until it is stopped. */
export const scheduleCommand = async (
  named: readonly string[],
  options: ScheduleCommandOptions,
): Promise<number> => {
  const platform = withNotifier(platformOf(options), options);
  const pipelines = await choosePipelines(platform, named, options);
  const plans = await readPlans(platform, pipelines);
  const say = (pipeline: string, message: string) =>
    console.error(`${stamp(platform)} ${pipeline}: ${message}`);
  const stop = stopOnSignal(() =>
    console.error('Stopping: what runs now is finished, no more is begun.'),
  );
  for (const { pipeline } of plans) await reconcileRuns(platform, pipeline);
  const execution = await newExecution();
  let hasFailed = false;
  const input = runOptions(options);
  const scheduler = createScheduler({
    platform,
    plans,
    execution,
    options: input,
    parallel: options.parallel ?? (options.memory ? 1 : 4),
    stop: stop.signal,
    isOnce: options.once ?? false,
    say,
    run: async (pipeline, { date }) => {
      const outcome = await runOnce(platform, pipeline, date, input);
      if (options.json) console.log(JSON.stringify(outcomeJson(outcome)));
      else console.log(`${stamp(platform)} ${outcomeLine(outcome)}`);
      const { error } = outcome.result;
      // Of a run that failed the notifier has told, unless it never began.
      if (error && outcome.ledger?.outcome !== 'failed')
        say(pipeline, `${error.name}: ${error.message}`);
      hasFailed ||= error !== undefined;
      return error === undefined;
    },
  });
  const lookout = createLookout(
    platform,
    plans.map(({ pipeline }) => pipeline),
    (message) => console.error(`${stamp(platform)} ${message}`),
  );
  const tick = () => {
    scheduler.tick();
    lookout.tick();
  };
  if (!options.json) printNext(plans, platform.clock.now());
  try {
    if (options.once) scheduler.tick();
    else
      await keepLooking(
        { tick, next: scheduler.next },
        platform.clock,
        stop.signal,
      );
    await scheduler.idle();
    await (options.once ? lookout.look() : lookout.idle());
  } finally {
    stop.release();
    endExecution(execution);
  }
  // In the foreground a failure is over as soon as the next run has gone well.
  return options.once && hasFailed ? EXIT.failed : EXIT.ok;
};
