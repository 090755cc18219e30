import {
  GetJobRunCommand,
  type GlueClient,
  type JobRun,
  paginateGetJobRuns,
} from '@aws-sdk/client-glue';
import { TokenError } from '../../core/errors.ts';
import type { Callbacks } from '../ports.ts';
import { isAlive } from './glueJobs.ts';

/** `late`: nobody waited for the token any more, as where the job told it. */
export type Told = 'alive' | 'late' | 'succeeded' | 'failed';

const argument = ({ Arguments }: JobRun, name: string) =>
  Arguments?.[`--${name}`];

/** @returns what `tell` is to be called, or `undefined` where nobody waited. */
const ifAwaited = async <T>(
  tell: Promise<void>,
  called: T,
): Promise<T | undefined> => {
  try {
    await tell;
    return called;
  } catch (error) {
    if (error instanceof TokenError) return undefined;
    throw error;
  }
};

/**
 * Tells the token of a job's run how that ended. A job tells it by itself
 * before it ends, and then nobody waits any more; so this matters for one that
 * was killed, or whose call was lost. Whether it left a whole result, the next
 * step finds out.
 */
export const tellEnd = async (
  callbacks: Callbacks,
  run: JobRun,
): Promise<Told> => {
  if (isAlive(run)) return 'alive';
  const token = argument(run, 'task-token');
  if (token === undefined) return 'late';
  const { Id = '', JobRunState: state, ErrorMessage: why } = run;
  const isGood = state === 'SUCCEEDED';
  const message =
    `pipeline ${argument(run, 'pipeline')}: the job's run ${Id} ended as ` +
    `${state}: ${why || 'Glue does not say why'}`;
  const told = isGood
    ? ifAwaited(callbacks.succeed(token, {}), 'succeeded' as const)
    : ifAwaited(
        callbacks.fail(token, { name: 'JobError', message }),
        'failed' as const,
      );
  return (await told) ?? 'late';
};

export const readJobRun = async (
  client: GlueClient,
  JobName: string,
  RunId: string,
): Promise<JobRun | undefined> =>
  (await client.send(new GetJobRunCommand({ JobName, RunId }))).JobRun;

const QUEUED: readonly (string | undefined)[] = ['STARTING', 'WAITING'];

/**
 * Sends a sign of life for a run of the job that waits for its turn, or for its
 * machines: it cannot yet do so itself.
 * @returns whether there was need to, and somebody who waits.
 */
export const tellQueued = async (
  callbacks: Callbacks,
  run: JobRun,
): Promise<boolean> => {
  const token = argument(run, 'task-token');
  if (!QUEUED.includes(run.JobRunState) || token === undefined) return false;
  return (await ifAwaited(callbacks.beat(token), true)) ?? false;
};

/** The runs of a job since a time, newest first. */
export const runsSince = async (
  client: GlueClient,
  JobName: string,
  since: Date,
): Promise<JobRun[]> => {
  const found: JobRun[] = [];
  for await (const { JobRuns = [] } of paginateGetJobRuns(
    { client },
    { JobName },
  )) {
    const recent = JobRuns.filter((run) => (run.StartedOn ?? since) >= since);
    found.push(...recent);
    if (recent.length < JobRuns.length) break;
  }
  return found;
};
