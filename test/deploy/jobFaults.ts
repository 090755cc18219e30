import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { GlueRuns } from './glueRuns.ts';
import { PIPELINE, require, requireClosed } from './judge.ts';
import { prove } from './prove.ts';
import { pointersOf } from './published.ts';
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

/** What may become of a Glue run, and of the state that waits for it. */
export const proveJobFaults = async (
  stack: Stack,
  runs: GlueRuns,
): Promise<void> => {
  await prove('a killed job fails its run', () => killedJob(stack, runs));
  await prove('a lost callback is found by reconcile', () =>
    lostCallback(stack, runs),
  );
  await prove('an aborted execution stops its job', () =>
    abortedExecution(stack, runs),
  );
};
