import { readFileSync } from 'node:fs';
import { chooseEngineStep } from '../functions/choose-engine/handler.ts';
import { fetch } from '../functions/fetch/handler.ts';
import { finishJob } from '../functions/finish-job/handler.ts';
import { plan } from '../functions/plan/handler.ts';
import { publish } from '../functions/publish/handler.ts';
import { recordFailure } from '../functions/record-failure/handler.ts';
import { refresh } from '../functions/refresh/handler.ts';
import type { ExecutionInfo, StartEvent } from '../functions/shared/events.ts';
import { listRuns } from '../functions/shared/readLedgers.ts';
import { runId, startOfRun } from '../functions/shared/runId.ts';
import { startJob } from '../functions/start-job/handler.ts';
import { transform } from '../functions/transform/handler.ts';
import {
  endExecution,
  newExecution,
} from '../platform/local/localExecutions.ts';
import { newTask } from '../platform/local/localTasks.ts';
import type { Platform } from '../platform/ports.ts';
import { loadStateMachine } from './loadStateMachine.ts';

const HANDLERS = {
  plan,
  fetch,
  'choose-engine': chooseEngineStep,
  transform,
  'start-job': startJob,
  'finish-job': finishJob,
  publish,
  refresh,
  'record-failure': recordFailure,
} as const;

const definition = JSON.parse(
  readFileSync(
    new URL('../resources/pipeline.asl.json', import.meta.url),
    'utf8',
  ),
);

/** A step that begins or ends, for whoever shows the progress. */
export interface Progress {
  readonly pipeline: string;
  readonly step: string;
  readonly source?: string;
  readonly state: 'begins' | 'ends';
}

/** How an execution ended; all else about it is in the ledger. */
export interface ExecutionResult {
  readonly run: string;
  readonly error?: { readonly name: string; readonly message: string };
}

interface State {
  readonly Resource?: string;
  readonly Parameters?: { readonly FunctionName?: string };
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly ItemProcessor?: { readonly States: States };
}
interface States {
  readonly [name: string]: State;
}
type Step = keyof typeof HANDLERS;
type Act = (input: unknown) => Promise<unknown>;

/** The Task states of the machine, and the handler that each one names. */
const tasksOf = (states: States): [string, Step, State][] =>
  Object.entries(states).flatMap(([name, state]) => {
    if (state.ItemProcessor) return tasksOf(state.ItemProcessor.States);
    const resource = state.Parameters?.FunctionName ?? state.Resource;
    const step = resource?.split(':').at(-1);
    return step ? [[name, step as Step, state]] : [];
  });

/**
 * A state that waits for its token, which the library does not know of: each
 * attempt gets a token of its own, and one that is given up ends its job.
 */
const untilToken =
  (platform: Platform, act: Act, state: State): Act =>
  async (input) => {
    const { Payload } = input as { Payload: { run: string } };
    const task = newTask({
      ...(state.TimeoutSeconds && { timeoutSeconds: state.TimeoutSeconds }),
      ...(state.HeartbeatSeconds && {
        heartbeatSeconds: state.HeartbeatSeconds,
      }),
    });
    try {
      await act({ ...Payload, taskToken: task.token });
      return await task.ended;
    } catch (error) {
      task.forget();
      await platform.jobs.abort(Payload.run);
      throw error;
    }
  };

const actOf = (platform: Platform, step: Step, state: State): Act => {
  const act = HANDLERS[step](platform) as Act;
  return state.Resource?.endsWith('.waitForTaskToken')
    ? untilToken(platform, act, state)
    : act;
};

/**
 * Now; or right behind the last run of the pipeline, where the clock was ahead
 * then: run ids sort in the order in which runs were begun.
 */
const startAfterLast = async (
  platform: Platform,
  pipeline: string,
): Promise<Date> => {
  const now = platform.clock.now();
  // A lake that cannot be read is told by the first step.
  const runs = await listRuns(platform, pipeline).catch(() => []);
  const last = startOfRun(runs.at(-1)?.run ?? '');
  return last && last >= now ? new Date(last.getTime() + 1) : now;
};

/** The library has a clock of its own, and its time for when it was started. */
const begunBy = (execution: ExecutionInfo, input: unknown): unknown =>
  Object.hasOwn(input as object, 'execution')
    ? { ...(input as object), execution }
    : input;

/**
 * Runs the state machine on this machine, each Task by its own handler, and
 * waits for its end.
 */
export const execute = async (
  platform: Platform,
  event: StartEvent,
  onProgress: (progress: Progress) => void = () => {},
): Promise<ExecutionResult> => {
  const { pipeline } = event;
  const execution = {
    id: await newExecution(),
    startedAt: (await startAfterLast(platform, pipeline)).toISOString(),
  };
  let run = runId(execution);
  let error: ExecutionResult['error'];
  let fetchFailed: unknown;
  const local = tasksOf(definition.States).map(([name, step, state]) => {
    const act = actOf(platform, step, state);
    const wrapped = async (given: unknown) => {
      const input = begunBy(execution, given);
      const { source } = input as { source?: string };
      const what = { pipeline, step, ...(source !== undefined && { source }) };
      // The library begins what waits in a Map after one of it failed; AWS does
      // not. A source would be fetched for a run that is over.
      if (step === 'fetch' && fetchFailed) throw fetchFailed;
      onProgress({ ...what, state: 'begins' });
      try {
        const result = await act(input);
        run = (result as { run?: string } | undefined)?.run ?? run;
        return result;
      } catch (caught) {
        const { name, message } = caught as Error;
        const isFirst = step !== 'fetch' || fetchFailed === undefined;
        if (isFirst && name !== 'StaleBaseError') error = { name, message };
        if (step === 'fetch') fetchFailed ??= caught;
        throw caught;
      } finally {
        onProgress({ ...what, state: 'ends' });
      }
    };
    return [name, wrapped];
  });
  const StateMachine = await loadStateMachine();
  const machine = new StateMachine(definition, {
    validationOptions: { noValidate: true },
  });
  try {
    const started = machine.run(event as never, {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(local) },
      context: {
        Execution: { Id: execution.id },
        Task: { Token: 'given to each attempt by untilToken' },
      } as never,
    });
    await started.result;
    return { run };
  } catch (caught) {
    const { name, message } = caught as Error;
    return { run, error: error ?? { name, message } };
  } finally {
    endExecution(execution.id);
  }
};
