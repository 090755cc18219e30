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
  try {
    await (isGood
      ? callbacks.succeed(token, {})
      : callbacks.fail(token, { name: 'JobError', message }));
    return isGood ? 'succeeded' : 'failed';
  } catch (error) {
    if (error instanceof TokenError) return 'late';
    throw error;
  }
};

export const readJobRun = async (
  client: GlueClient,
  JobName: string,
  RunId: string,
): Promise<JobRun | undefined> =>
  (await client.send(new GetJobRunCommand({ JobName, RunId }))).JobRun;

/** The runs of a job that ended since a time, newest first. */
export const endedSince = async (
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
    found.push(...recent.filter((run) => !isAlive(run)));
    if (recent.length < JobRuns.length) break;
  }
  return found;
};
