import type { JobRun } from '@aws-sdk/client-glue';
import type { Gateway } from './gateway.ts';

export type GlueState = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPED';

export interface GlueStates {
  stateOf(run: JobRun): GlueState;
  /** Ends a run, as Glue does when its process ended. */
  end(run: JobRun, state: GlueState): void;
}

/**
 * Says from now on how runs of the job stand: the emulator calls each SUCCEEDED
 * at once, and lists the oldest first. A run goes on until it is ended.
 */
export const watchGlueStates = ({
  job: JobName,
  cloud: { gateway },
}: {
  readonly job: string;
  readonly cloud: { readonly gateway: Gateway };
}): GlueStates => {
  const states = new Map<string, GlueState>();
  const stateOf = ({ Id = '' }: JobRun): GlueState =>
    states.get(Id) ?? 'RUNNING';
  const withState = (run: JobRun): JobRun => ({
    ...run,
    JobRunState: stateOf(run),
  });

  gateway.watch(async ({ name, body, forward }) => {
    if (name === 'AWSGlue.GetJobRun') {
      const { JobRun = {} } = (await forward()) as { JobRun?: JobRun };
      return { JobRun: withState(JobRun) };
    }
    if (name === 'AWSGlue.GetJobRuns') {
      const { JobRuns = [] } = (await forward()) as { JobRuns?: JobRun[] };
      return { JobRuns: JobRuns.map(withState).reverse() };
    }
    if (name !== 'AWSGlue.BatchStopJobRun') return undefined;
    const { JobRunIds } = JSON.parse(body.toString()) as {
      JobRunIds: string[];
    };
    for (const id of JobRunIds) states.set(id, 'STOPPED');
    return {
      SuccessfulSubmissions: JobRunIds.map((JobRunId) => ({
        JobName,
        JobRunId,
      })),
      Errors: [],
    };
  });

  return { stateOf, end: ({ Id = '' }, state) => states.set(Id, state) };
};
