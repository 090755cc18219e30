import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetJobCommand,
  type JobRun,
  paginateGetJobRuns,
} from '@aws-sdk/client-glue';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { type GlueState, watchGlueStates } from './glueStates.ts';
import { type Running, start, WORK } from './program.ts';
import type { GlueHome } from './sparkSetUp.ts';
import { invoke, type Stack, until } from './stack.ts';

/**
 * The emulator records a run of the job and runs nothing. Here the job runs, as Glue would run it: the script and the archive
 * that were deployed, the arguments of the recorded run, Spark's own S3. What
 * the functions are told of the state of a run is the state of that process.
 */
export interface GlueRuns {
  /** Waits for a run of the job that was not waited for before. */
  next(): Promise<JobRun>;
  /** Starts what the run would do. `isSilent`: its callbacks are lost. */
  work(run: JobRun, isSilent?: boolean): Promise<Running>;
  /** Ends a run, as Glue does when its process ended. */
  end(run: JobRun, state: GlueState): void;
  /** Tells by an event that a run ended: the emulator has no Glue events. */
  tell(run: JobRun): Promise<{ readonly told: string }>;
  stateOf(run: JobRun): GlueState;
}

const CONF: Readonly<Record<string, string>> = {
  'spark.driver.extraJavaOptions': '-XX:TieredStopAtLevel=1',
  'spark.ui.enabled': 'false',
  // For two cores; what a run sees does not hang on it.
  'spark.sql.shuffle.partitions': '4',
  'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
  'spark.hadoop.fs.s3a.path.style.access': 'true',
  'spark.hadoop.fs.s3a.connection.ssl.enabled': 'false',
  'spark.hadoop.fs.s3a.endpoint.region': 'us-east-1',
};

/** Fetches a file of the deployment bucket. @returns its path here. */
const fetchFile = async ({ s3 }: Stack, uri: string): Promise<string> => {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const file = join(WORK, Key.slice(Key.lastIndexOf('/') + 1));
  writeFileSync(file, (await Body?.transformToByteArray()) ?? '');
  return file;
};

const startSpark = async (
  stack: Stack,
  home: GlueHome,
  given: Readonly<Record<string, string>>,
): Promise<Running> => {
  const { Job } = await stack.glue.send(
    new GetJobCommand({ JobName: stack.job }),
  );
  const script = await fetchFile(stack, Job?.Command?.ScriptLocation ?? '');
  const modules = await fetchFile(stack, given['--extra-py-files'] ?? '');
  const drivers = given['--extra-jars'];
  const jars = drivers
    ? [...home.jars, await fetchFile(stack, drivers)]
    : home.jars;
  const { endpoint } = stack.cloud.gateway;
  const conf = { ...CONF, 'spark.hadoop.fs.s3a.endpoint': endpoint };
  const options = Object.entries(conf).flatMap(([key, value]) => [
    '--conf',
    `${key}=${value}`,
  ]);
  const args = Object.entries({ ...given, '--JOB_NAME': stack.job }).flat();
  return start(
    [
      ...[join(home.python, '..', 'spark-submit'), '--master', 'local[2]'],
      ...['--driver-memory', '1g', '--py-files', modules],
      ...['--jars', jars.join(','), ...options, script, ...args],
    ],
    {
      ...process.env,
      ...(home.java.includes('/') && {
        JAVA_HOME: join(home.java, '..', '..'),
      }),
      PYSPARK_PYTHON: home.python,
      PYTHONPATH: home.boto3,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    },
  );
};

/** Watches over the runs of the job from now on. */
export const watchGlueRuns = (stack: Stack, home: GlueHome): GlueRuns => {
  const { glue: client, job: JobName } = stack;
  const states = watchGlueStates(stack);
  const seen = new Set<string>();

  const unseen = async (): Promise<JobRun | undefined> => {
    for await (const { JobRuns = [] } of paginateGetJobRuns(
      { client },
      { JobName },
    ))
      for (const run of JobRuns)
        if (run.Id !== undefined && !seen.has(run.Id)) {
          seen.add(run.Id);
          return run;
        }
    return undefined;
  };

  return {
    next: () => until('a run of the job', unseen),
    work: ({ Arguments = {} }, isSilent = false) =>
      startSpark(stack, home, {
        ...Arguments,
        ...(isSilent && { '--task-token': '' }),
      }),
    end: states.end,
    tell: ({ Id: jobRunId = '' }) =>
      invoke(stack, 'close-job', { detail: { jobName: JobName, jobRunId } }),
    stateOf: states.stateOf,
  };
};
