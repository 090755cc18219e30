import { randomUUID } from 'node:crypto';
import {
  BatchStopJobRunCommand,
  GetJobRunCommand,
  type GlueClient,
  type JobRun,
  paginateGetJobRuns,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import pRetry, { type Options as RetryOptions } from 'p-retry';
import { JobError } from '../../core/errors.ts';
import type { JobOrder, Jobs, MadeFiles, Store } from '../ports.ts';
import { secretIdOf } from './awsSecrets.ts';
import { type Buckets, bucketOf } from './s3Keys.ts';
import type { AwsSettings } from './settings.ts';

export interface GlueJobsOptions {
  readonly client: GlueClient;
  /** Asks once: a run whose answer was lost is looked for, not started again. */
  readonly starter?: GlueClient;
  readonly s3: S3Client;
  readonly store: Store;
  readonly buckets: Buckets;
  readonly settings: Pick<AwsSettings, 'glueJob' | 'stage'>;
  /** How one that ends, or has no room, is waited for. */
  readonly retry?: RetryOptions;
}

const ENDED: readonly (string | undefined)[] = [
  'SUCCEEDED',
  'FAILED',
  'STOPPED',
  'TIMEOUT',
  'ERROR',
  'EXPIRED',
];

/** Nobody's fault: there is no room now, or too much is asked at once. */
const BUSY = [
  'ConcurrentRunsExceededException',
  'ThrottlingException',
  'ResourceNumberLimitExceededException',
  'OperationTimeoutException',
];

/** Glue has refused, so that nothing was started. */
const isRefused = (error: unknown): boolean => {
  const { $metadata } = error as {
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return ($metadata?.httpStatusCode ?? 500) < 500;
};

/** The least that is billed for a run of the job, in seconds. */
const LEAST_SECONDS = 60;

/** Glue counts itself only where the number of workers follows the work. */
const billed = ({ DPUSeconds, ExecutionTime = 0, MaxCapacity = 0 }: JobRun) =>
  DPUSeconds ?? Math.max(ExecutionTime, LEAST_SECONDS) * MaxCapacity;

/** Glue lists its newest runs first; the one of a run is among so many. */
const LOOKED_AT = 400;

const RETRY: RetryOptions = {
  retries: 10,
  minTimeout: 1000,
  maxTimeout: 30_000,
  randomize: true,
};

/** One whose state is unknown to us has not ended, as far as we know. */
export const isAlive = ({ JobRunState }: JobRun): boolean =>
  !ENDED.includes(JobRunState);

const startedKey = (pipeline: string, run: string) =>
  `jobs/${pipeline}/${run}/started.json`;

/**
 * Jobs of Glue. A run of the job cannot be given another token, so that one
 * which is still alive when its run's job is started again is ended first: two
 * never work on the same run, and each writes to a folder of its own.
 */
export const glueJobs = (options: GlueJobsOptions): Jobs => {
  const { client, starter = client, s3, store, buckets, settings } = options;
  const retry = { ...RETRY, ...options.retry };
  const uriOf = (key: string) => `s3://${bucketOf(buckets, key)}/${key}`;

  const find = async (run: string): Promise<JobRun[]> => {
    const found: JobRun[] = [];
    let seen = 0;
    for await (const { JobRuns = [] } of paginateGetJobRuns(
      { client },
      { JobName: settings.glueJob },
    )) {
      found.push(
        ...JobRuns.filter((one) => one.Arguments?.['--run-id'] === run),
      );
      seen += JobRuns.length;
      if (seen >= LOOKED_AT) break;
    }
    return found;
  };

  const findAlive = async (run: string) => (await find(run)).filter(isAlive);

  const stop = async (runs: readonly JobRun[]): Promise<void> => {
    if (runs.length === 0) return;
    const JobRunIds = runs.map(({ Id = '' }) => Id);
    await client.send(
      new BatchStopJobRunCommand({ JobName: settings.glueJob, JobRunIds }),
    );
  };

  const untilEnded = ({ Id: RunId = '' }: JobRun) =>
    pRetry(async () => {
      const { JobRun: now } = await client.send(
        new GetJobRunCommand({ JobName: settings.glueJob, RunId }),
      );
      if (now && isAlive(now))
        throw new JobError(`the job's run ${RunId} does not end`);
    }, retry);

  return {
    place: async (key) => uriOf(key),

    mysql: async (secret) => secretIdOf(settings, secret),

    start: async (order: JobOrder) => {
      const { pipeline, run, plan, request, taskToken, workers } = order;
      const alive = await findAlive(run);
      await stop(alive);
      await Promise.all(alive.map(untilEnded));
      const output = `jobs/${pipeline}/${run}/${randomUUID()}/`;
      await store.write(startedKey(pipeline, run), JSON.stringify({ output }));
      const start = new StartJobRunCommand({
        JobName: settings.glueJob,
        ...(workers && {
          WorkerType: workers.type,
          NumberOfWorkers: workers.count,
        }),
        Arguments: {
          '--plan': plan,
          '--request': request,
          '--output': uriOf(output),
          '--run-id': run,
          '--pipeline': pipeline,
          '--task-token': taskToken,
        },
      });
      const attempt = async (): Promise<string> => {
        try {
          return (await starter.send(start)).JobRunId ?? '';
        } catch (error) {
          if (isRefused(error)) throw error;
          // It may be that only the answer was lost: a second run would write
          // into the same folder.
          const started = (await findAlive(run)).find(
            ({ Arguments }) => Arguments?.['--task-token'] === taskToken,
          );
          if (started?.Id === undefined) throw error;
          return started.Id;
        }
      };
      return pRetry(attempt, {
        ...retry,
        shouldRetry: ({ error }) =>
          BUSY.includes(error.name) || !isRefused(error),
      });
    },

    made: async (pipeline, run): Promise<MadeFiles> => {
      const started = await store.read(startedKey(pipeline, run));
      if (started === undefined)
        return {
          list: async () => [],
          read: async () => undefined,
          move: async (file) => {
            throw new JobError(`no job of run ${run} has made ${file}`);
          },
        };
      const { output } = JSON.parse(started) as { output: string };
      return {
        list: async () =>
          (await store.list(output))
            .map((key) => key.slice(output.length))
            .filter((name) => !name.includes('/')),
        read: (file) => store.read(`${output}${file}`),
        move: async (file, key) => {
          const from = `${output}${file}`;
          const CopySource = `${bucketOf(buckets, from)}/${from
            .split('/')
            .map(encodeURIComponent)
            .join('/')}`;
          await s3.send(
            new CopyObjectCommand({
              Bucket: bucketOf(buckets, key),
              Key: key,
              CopySource,
            }),
          );
          await store.remove(from);
        },
      };
    },

    abort: async (run) => stop(await findAlive(run)),

    dpuSeconds: async (run) => {
      const found = await find(run);
      if (found.length === 0 || found.some(isAlive)) return undefined;
      return found.reduce((sum, one) => sum + billed(one), 0);
    },
  };
};
