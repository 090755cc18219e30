import {
  GetJobRunsCommand,
  GlueClient,
  type JobRun,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Store } from '../ports.ts';
import { glueJobs } from './glueJobs.ts';

type Answer = () => unknown;

const errorWith = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

/** A Glue whose runs are given, and whose answers to a start are queued. */
const setUp = (answers: readonly Answer[] = [], before: JobRun[] = []) => {
  const runs = [...before];
  const starts: Record<string, string>[] = [];
  const client = new GlueClient({ region: 'us-east-1' });
  const send = async (command: object) => {
    if (command instanceof GetJobRunsCommand) return { JobRuns: runs };
    if (!(command instanceof StartJobRunCommand)) throw new Error('what?');
    const { Arguments = {} } = command.input;
    const answer = answers[starts.length];
    starts.push(Arguments);
    const Id = `jr_${starts.length}`;
    // Busy: nothing was started. Otherwise it was, whatever is heard of it.
    const said = answer?.();
    if (said instanceof Error && said.message.startsWith('refused')) throw said;
    runs.unshift({ Id, Arguments, JobRunState: 'RUNNING' });
    if (said instanceof Error) throw said;
    return { JobRunId: Id };
  };
  Object.assign(client, { send });
  const jobs = glueJobs({
    client,
    s3: {} as S3Client,
    store: { write: async () => {} } as unknown as Store,
    buckets: { lakeBucket: 'b-lake', landingBucket: 'b-landing' },
    settings: { glueJob: 'job', stage: 'dev' },
    retry: { retries: 3, minTimeout: 1, maxTimeout: 2 },
  });
  const start = () =>
    jobs.start({
      ...{ pipeline: 'shop', run: 'r1', taskToken: 'token' },
      ...{ plan: 's3://b/plan.json', request: 's3://b/request.json' },
    });
  return { jobs, start, starts };
};

const refused = (name: string) => () =>
  Object.assign(errorWith(name, 400), { message: `refused: ${name}` });

test('the job is told where the login of a database is, not the login', async () => {
  expect(await setUp().jobs.mysql('shop/mysql')).toBe(
    'tributary/dev/shop/mysql',
  );
});

describe('the start of a job', () => {
  test.each([['ConcurrentRunsExceededException'], ['ThrottlingException']])(
    'waits while Glue answers %s',
    async (name) => {
      const { start, starts } = setUp([refused(name), refused(name)]);
      expect(await start()).toBe('jr_3');
      expect(starts).toHaveLength(3);
    },
  );

  test('another refusal is an error at once', async () => {
    const { start, starts } = setUp([refused('InvalidInputException')]);
    await expect(start()).rejects.toThrow('InvalidInputException');
    expect(starts).toHaveLength(1);
  });

  test.each([
    ['the line broke', () => errorWith('ECONNRESET')],
    ['Glue failed', () => errorWith('InternalServiceException', 500)],
  ])('where %s after the start, the run is found', async (_, answer) => {
    const { start, starts } = setUp([answer]);
    expect(await start()).toBe('jr_1');
    expect(starts).toHaveLength(1);
  });

  test('where nothing was started, it is asked again', async () => {
    const lost = () =>
      Object.assign(errorWith('ECONNRESET'), { message: 'refused: line' });
    const { start, starts } = setUp([lost]);
    expect(await start()).toBe('jr_2');
    expect(starts).toHaveLength(2);
  });
});

describe('what is billed', () => {
  const job = (rest: Partial<JobRun>): JobRun => ({
    Arguments: { '--run-id': 'r1' },
    JobRunState: 'SUCCEEDED',
    ...rest,
  });
  const counted = { ExecutionTime: 100, MaxCapacity: 10, DPUSeconds: 440 };

  test.each<[string, JobRun[], number | undefined]>([
    ['no job', [], undefined],
    ['what Glue counted', [job(counted)], 440],
    ['time by workers', [job({ ExecutionTime: 90, MaxCapacity: 2 })], 180],
    ['a minute at least', [job({ ExecutionTime: 7, MaxCapacity: 2 })], 120],
    ['each try', [job(counted), job({ ...counted, DPUSeconds: 60 })], 500],
    [
      'one that goes on',
      [job(counted), job({ JobRunState: 'RUNNING' })],
      undefined,
    ],
    [
      'not those of others',
      [job(counted), job({ ...counted, Arguments: { '--run-id': 'r2' } })],
      440,
    ],
  ])('%s', async (_, runs, expected) => {
    const { jobs } = setUp([], runs);
    expect(await jobs.dpuSeconds('r1')).toBe(expected);
  });
});
