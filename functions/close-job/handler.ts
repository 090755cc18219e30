import { detailHandler } from '../shared/detailHandler.ts';

/** Glue Job State Change, as EventBridge tells it. */
export interface JobStateChange {
  readonly jobName: string;
  readonly jobRunId: string;
}

/** Tells the token of a run how that ended, if it did. @returns what was told. */
export type TellEnd = (change: JobStateChange) => Promise<string | undefined>;

/**
 * Closes the state that waits for a job which can tell nothing any more. How the
 * job's run stands is asked of Glue: an event may be late, or come twice.
 */
export const closeJob = (tellEnd: TellEnd) =>
  detailHandler<JobStateChange, { readonly told: string | undefined }>(
    'close-job',
    ['jobName', 'jobRunId'],
    () =>
      async ({ jobName, jobRunId }) => ({
        told: await tellEnd({ jobName, jobRunId }),
      }),
  );
