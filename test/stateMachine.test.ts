import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StateMachine } from 'aws-local-stepfunctions';
import { compile } from '../core/compile.ts';
import { definePipeline } from '../core/definePipeline.ts';
import { bigint, int, json, table } from '../core/index.ts';
import { chooseEngineStep } from '../functions/choose-engine/handler.ts';
import { fetch } from '../functions/fetch/handler.ts';
import { finishJob } from '../functions/finish-job/handler.ts';
import { plan } from '../functions/plan/handler.ts';
import { publish } from '../functions/publish/handler.ts';
import { recordFailure } from '../functions/record-failure/handler.ts';
import { refresh } from '../functions/refresh/handler.ts';
import { startJob } from '../functions/start-job/handler.ts';
import { type TestLake, testLake } from '../functions/testing/testLake.ts';
import { transform } from '../functions/transform/handler.ts';
import { newExecution } from '../platform/local/localExecutions.ts';

interface Catch {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string;
  readonly Next: string;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: { readonly FunctionName?: string };
  readonly HeartbeatSeconds?: number;
  readonly TimeoutSeconds?: number;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly Catch[];
  readonly ItemProcessor?: { readonly States: Record<string, State> };
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const definition = JSON.parse(
  await readFile(join(ROOT, 'resources', 'pipeline.asl.json'), 'utf8'),
) as { readonly StartAt: string; readonly States: Record<string, State> };
const states = Object.entries(definition.States);
/** It has no types of its own, and writes into what it validates. */
const validate = createRequire(import.meta.url)('asl-validator') as (
  machine: object,
) => { isValid: boolean; errorsText(separator: string): string };
const stepOf = (resource: string) => resource.split(':').at(-1) ?? '';

/** All Task states, those of a Map included, and the step of each. */
const tasksOf = (found: Record<string, State>): [string, string][] =>
  Object.entries(found).flatMap(([name, state]) => {
    if (state.ItemProcessor) return tasksOf(state.ItemProcessor.States);
    const resource = state.Parameters?.FunctionName ?? state.Resource;
    return resource ? [[name, stepOf(resource)]] : [];
  });

test('is valid in the Amazon States Language', () => {
  const { isValid, errorsText } = validate(structuredClone(definition));
  expect(isValid ? '' : errorsText('\n')).toBe('');
  const broken = { ...structuredClone(definition), StartAt: 'Nowhere' };
  expect(validate(broken).isValid).toBe(false);
});

test.each(tasksOf(definition.States))('%s has a handler: %s', (_, step) =>
  access(join(ROOT, 'functions', step, 'handler.ts')),
);

test.each(
  states.filter(
    ([name, { Type }]) =>
      ['Task', 'Map', 'Parallel'].includes(Type) && name !== 'RecordFailure',
  ),
)('whatever goes wrong in %s is recorded', (_, state) => {
  const last = state.Catch?.at(-1);
  expect(last).toEqual({
    ErrorEquals: ['States.ALL'],
    ResultPath: '$.error',
    Next: 'RecordFailure',
  });
});

test('a job that says nothing more is not waited for', () => {
  const { StartJob } = definition.States;
  expect(StartJob?.Resource).toMatch(/\.waitForTaskToken$/);
  expect(StartJob?.HeartbeatSeconds).toBeLessThan(
    StartJob?.TimeoutSeconds ?? 0,
  );
});

test('no step is stopped after the minute that is the local default', () => {
  const inner = Object.values(definition.States).flatMap(({ ItemProcessor }) =>
    Object.values(ItemProcessor?.States ?? {}),
  );
  const tasks = [...states.map(([, state]) => state), ...inner].filter(
    ({ Type }) => Type === 'Task',
  );
  expect(tasks.length).toBeGreaterThan(5);
  for (const { TimeoutSeconds } of tasks)
    expect(TimeoutSeconds).toBeGreaterThanOrEqual(43_200);
});

test('an error leads nowhere else but to another transform', () => {
  const others = states.flatMap(([name, state]) =>
    (state.Catch ?? [])
      .filter(({ Next }) => Next !== 'RecordFailure')
      .map(({ ErrorEquals, Next }) => [name, ...ErrorEquals, Next]),
  );
  expect(others).toEqual([['Publish', 'StaleBaseError', 'ChooseEngine']]);
});

test('every state is reached, and a recorded failure fails', () => {
  const reached = new Set([definition.StartAt]);
  for (const [, state] of states)
    for (const next of [
      state.Next,
      state.Default,
      ...(state.Choices ?? []).map(({ Next }) => Next),
      ...(state.Catch ?? []).map(({ Next }) => Next),
    ])
      if (next !== undefined) reached.add(next);
  expect([...reached].sort()).toEqual(states.map(([name]) => name).sort());
  const { RecordFailure } = definition.States;
  expect(definition.States[RecordFailure?.Next ?? '']?.Type).toBe('Fail');
});

describe('what goes from state to state', () => {
  const event = json('event', { files: '*.json', columns: { id: int() } });
  const events = table('events', { columns: { events: bigint() } });
  const compiled = compile(
    definePipeline({
      name: 'many',
      title: 'Many files',
      period: 'day',
      schedule: 'rate(1 day)',
      sources: [event],
      tables: [events],
    }),
    { 'sql/events.sql': 'SELECT count(*) AS events FROM event' },
  );
  let lake: TestLake;
  beforeEach(async () => {
    lake = await testLake({ many: compiled });
    await mkdir(join(lake.samples, 'many'), { recursive: true });
  });
  afterEach(() => lake.remove());

  /** Runs the machine on so many files. @returns the bytes of each input. */
  const inputsOf = async (files: number): Promise<Record<string, number>> => {
    for (let i = 0; i < files; i++)
      await writeFile(join(lake.samples, 'many', `${i}.json`), `{"id":${i}}\n`);
    const handlers = {
      plan,
      fetch,
      'choose-engine': chooseEngineStep,
      'start-job': startJob,
      'finish-job': finishJob,
      transform,
      publish,
      refresh,
      'record-failure': recordFailure,
    };
    const sizes: Record<string, number> = {};
    const local = tasksOf(definition.States).map(([name, step]) => {
      const act = handlers[step as keyof typeof handlers](lake.platform);
      const noted = (input: never) => {
        sizes[name] = JSON.stringify(input).length;
        return act(input);
      };
      return [name, noted];
    });
    const execution = { Id: await newExecution(), StartTime: '2024-05-02' };
    const machine = new StateMachine(definition as never);
    const started = { pipeline: 'many', date: '2024-05-01', options: {} };
    await machine.run(started as never, {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(local) },
      context: { Execution: execution } as never,
    }).result;
    return sizes;
  };

  test('is small, and does not grow with the input', async () => {
    const few = await inputsOf(2);
    expect(Object.keys(few)).toEqual([
      'Plan',
      'FetchSource',
      'WeighEngines',
      'Transform',
      'Publish',
      'Refresh',
    ]);
    const many = await inputsOf(400);
    for (const [name, bytes] of Object.entries(many)) {
      expect(bytes).toBeLessThan(2_000);
      expect(Math.abs(bytes - (few[name] ?? 0))).toBeLessThan(20);
    }
  });
});
