import { readFileSync } from 'node:fs';
import { fetch } from '../functions/fetch/handler.ts';
import { plan } from '../functions/plan/handler.ts';
import { publish } from '../functions/publish/handler.ts';
import { recordFailure } from '../functions/record-failure/handler.ts';
import { refresh } from '../functions/refresh/handler.ts';
import type { StartEvent } from '../functions/shared/events.ts';
import { runId } from '../functions/shared/runId.ts';
import { transform } from '../functions/transform/handler.ts';
import {
  endExecution,
  newExecution,
} from '../platform/local/localExecutions.ts';
import type { Platform } from '../platform/ports.ts';
import { loadStateMachine } from './loadStateMachine.ts';

const HANDLERS = {
  plan,
  fetch,
  transform,
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

interface States {
  readonly [name: string]: {
    readonly Resource?: string;
    readonly ItemProcessor?: { readonly States: States };
  };
}

/** The Task states of the machine, and the handler that each one names. */
const tasksOf = (states: States): [string, keyof typeof HANDLERS][] =>
  Object.entries(states).flatMap(([name, { Resource, ItemProcessor }]) => {
    if (ItemProcessor) return tasksOf(ItemProcessor.States);
    const step = Resource?.split(':').at(-1);
    return step ? [[name, step as keyof typeof HANDLERS]] : [];
  });

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
    startedAt: platform.clock.now().toISOString(),
  };
  let run = runId(execution);
  let error: ExecutionResult['error'];
  const local = tasksOf(definition.States).map(([state, step]) => {
    const act = HANDLERS[step](platform) as (e: unknown) => Promise<unknown>;
    const wrapped = async (input: unknown) => {
      const { source } = input as { source?: string };
      const what = { pipeline, step, ...(source !== undefined && { source }) };
      onProgress({ ...what, state: 'begins' });
      try {
        const result = await act(input);
        run = (result as { run?: string }).run ?? run;
        return result;
      } catch (caught) {
        const { name, message } = caught as Error;
        if (name !== 'StaleBaseError') error = { name, message };
        throw caught;
      } finally {
        onProgress({ ...what, state: 'ends' });
      }
    };
    return [state, wrapped];
  });
  const StateMachine = await loadStateMachine();
  const machine = new StateMachine(definition, {
    validationOptions: { noValidate: true },
  });
  try {
    const started = machine.run(event as never, {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(local) },
      context: {
        Execution: { Id: execution.id, StartTime: execution.startedAt },
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
