import { paginateGetJobRuns } from '@aws-sdk/client-glue';
import {
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import type { GlueRuns } from './glueRuns.ts';
import { PIPELINE, require, requireClosed } from './judge.ts';
import { prove } from './prove.ts';
import { pointersOf } from './published.ts';
import { requireSameRows } from './sameRows.ts';
import { invoke, type Stack, startRun, until, untilEnded } from './stack.ts';

/** Waits for the first call of a name. */
const untilCall = ({ cloud }: Stack, wanted: string): Promise<void> =>
  new Promise((resolve) => {
    const stop = cloud.gateway.watch(({ name }) => {
      if (name !== wanted) return undefined;
      stop();
      resolve();
      return undefined;
    });
  });

const killedJob = async (stack: Stack, runs: GlueRuns): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const execution = await startRun(stack, PIPELINE, { engine: 'spark' });
  const job = await runs.next();
  const beats = untilCall(stack, 'AWSStepFunctions.SendTaskHeartbeat');
  const { kill: killAll, ended } = await runs.work(job);
  await beats;
  killAll();
  await ended;
  runs.end(job, 'FAILED');
  const { told } = await runs.tell(job);
  require('the event told the token', told === 'failed', told);
  const closed = await untilEnded(stack, PIPELINE, execution);
  require('the execution failed', closed.status === 'FAILED');
  await requireClosed(stack, closed, {
    outcome: 'failed',
    error: /JobError.*FAILED|FAILED/,
  });
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  return closed.ledger.error?.message ?? '';
};

const lostCallback = async (stack: Stack, runs: GlueRuns): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const execution = await startRun(stack, PIPELINE, { engine: 'spark' });
  const job = await runs.next();
  const { code, all } = await (await runs.work(job, true)).ended;
  require('the job left its result', code === 0, all.slice(-1500));
  require('nothing moved yet', before === (await pointersOf(stack, PIPELINE)));
  runs.end(job, 'SUCCEEDED');
  const { lost } = await invoke<{ lost: string[] }>(stack, 'reconcile', {});
  require('reconcile told the token', lost.includes(job.Id ?? ''), lost);
  const closed = await untilEnded(stack, PIPELINE, execution);
  await requireClosed(stack, closed, { outcome: 'published' });
  require('readers see the new rows', before !==
    (await pointersOf(stack, PIPELINE)));
  const again = await invoke<{ lost: string[] }>(stack, 'reconcile', {});
  require('a second call finds nobody', again.lost.length === 0, again);
  return `closed by reconcile, once`;
};

const abortedExecution = async (
  stack: Stack,
  runs: GlueRuns,
): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const executionArn = await startRun(stack, PIPELINE, { engine: 'spark' });
  const job = await runs.next();
  await stack.states.send(new StopExecutionCommand({ executionArn }));
  await until('the end of its job', async () =>
    runs.stateOf(job) === 'STOPPED' ? true : undefined,
  );
  const { closed } = await invoke<{ closed: string[] }>(stack, 'reconcile', {});
  require('it may still be at work', closed.length === 0, closed);
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  return 'its job was stopped; its ledger is closed 16 minutes later';
};

/** How many runs of the job were started for a run of the pipeline. */
const jobsOf = async (stack: Stack, run: string): Promise<number> => {
  let count = 0;
  for await (const { JobRuns = [] } of paginateGetJobRuns(
    { client: stack.glue },
    { JobName: stack.job },
  ))
    count += JobRuns.filter(
      (one) => one.Arguments?.['--run-id'] === run,
    ).length;
  return count;
};

const NO_ROOM = ['ConcurrentRunsExceededException', 'ThrottlingException'];
/** How long is waited after each: that much, and up to as much again. */
const WAITS_MS = [1000, 2000];

/** Glue has no room, then throttles, then starts the job and is not heard. */
const busyGlue = async (stack: Stack, runs: GlueRuns): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const asked: number[] = [];
  const stop = stack.cloud.gateway.watch(async ({ name, forward }) => {
    if (name !== 'AWSGlue.StartJobRun') return undefined;
    asked.push(Date.now());
    const refused = NO_ROOM[asked.length - 1];
    if (refused) return { refused };
    if (asked.length > NO_ROOM.length + 1) return undefined;
    await forward();
    return 'lost';
  });
  const execution = await startRun(stack, PIPELINE, { engine: 'spark' });
  const job = await runs.next();
  const { code, all } = await (await runs.work(job)).ended;
  stop();
  require('the job ran', code === 0, all.slice(-1500));
  runs.end(job, 'SUCCEEDED');
  const ended = await untilEnded(stack, PIPELINE, execution);
  await requireClosed(stack, ended, { outcome: 'published' });
  const waits = WAITS_MS.map(
    (_, at) => (asked[at + 1] ?? 0) - (asked[at] ?? 0),
  );
  require('it waited longer each time', WAITS_MS.every(
    (least, at) => (waits[at] ?? 0) >= least,
  ), waits);
  require('by chance, not to the moment', waits.some(
    (wait, at) => Math.abs(wait - (WAITS_MS[at] ?? 0)) > 50,
  ), waits);
  const jobs = await jobsOf(stack, ended.ledger.run);
  require('the live run was found, no second one started', jobs === 1, jobs);
  const after = await pointersOf(stack, PIPELINE);
  require('readers see the new rows', before !== after);
  const { told } = await runs.tell(job);
  require('a second callback finds nobody', told === 'late', told);
  require('and moves nothing', after === (await pointersOf(stack, PIPELINE)));
  return `waited ${waits.join(' and ')} ms; ${await requireSameRows(stack, PIPELINE)}`;
};

/** Gives the state that waits for the job so many seconds, for a while. */
const withTimeout = async <T>(
  { states }: Stack,
  seconds: number,
  act: () => Promise<T>,
): Promise<T> => {
  const { stateMachines = [] } = await states.send(
    new ListStateMachinesCommand({}),
  );
  const stateMachineArn = stateMachines[0]?.stateMachineArn;
  const { definition = '' } = await states.send(
    new DescribeStateMachineCommand({ stateMachineArn }),
  );
  const changed = JSON.parse(definition);
  changed.States.StartJob.TimeoutSeconds = seconds;
  const update = (text: string) =>
    states.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: text }),
    );
  await update(JSON.stringify(changed));
  return act().finally(() => update(definition));
};

const timedOut = async (stack: Stack, runs: GlueRuns): Promise<string> => {
  const before = await pointersOf(stack, PIPELINE);
  const ended = await withTimeout(stack, 20, async () => {
    const execution = await startRun(stack, PIPELINE, { engine: 'spark' });
    const job = await runs.next();
    require('the job is alive', runs.stateOf(job) === 'RUNNING');
    const closed = await untilEnded(stack, PIPELINE, execution);
    require('its Glue run was stopped', runs.stateOf(job) === 'STOPPED');
    const { told } = await runs.tell(job);
    require('a late callback finds nobody', told === 'late', told);
    return closed;
  });
  require('the execution failed', ended.status === 'FAILED', ended.status);
  await requireClosed(stack, ended, {
    outcome: 'failed',
    error: /States\.Timeout/,
  });
  require('readers see the old rows', before ===
    (await pointersOf(stack, PIPELINE)));
  return ended.ledger.error?.name ?? '';
};

/** What may become of a Glue run, and of the state that waits for it. */
export const proveJobFaults = async (
  stack: Stack,
  runs: GlueRuns,
): Promise<void> => {
  await prove('a killed job fails its run', () => killedJob(stack, runs));
  await prove('a lost callback is found by reconcile', () =>
    lostCallback(stack, runs),
  );
  await prove('a state that times out stops its job', () =>
    timedOut(stack, runs),
  );
  await prove('a Glue that is busy, then not heard, runs one job', () =>
    busyGlue(stack, runs),
  );
  await prove('an aborted execution stops its job', () =>
    abortedExecution(stack, runs),
  );
};
