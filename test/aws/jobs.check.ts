import { randomUUID } from 'node:crypto';
import {
  CreateJobCommand,
  GetJobRunsCommand,
  type JobRun,
} from '@aws-sdk/client-glue';
import { readJobRun, tellEnd } from '../../platform/aws/glueJobEnds.ts';
import { glueJobs, isAlive } from '../../platform/aws/glueJobs.ts';
import {
  jobsContract,
  listen,
  type Work,
} from '../../platform/contract/jobsContract.ts';
import { startGateway } from '../deploy/gateway.ts';
import { type GlueState, watchGlueStates } from '../deploy/glueStates.ts';
import { type Ministack, startMinistack } from '../servers/ministack.ts';
import { awsSubject, clientsOf, open } from './awsSubject.ts';

let server: Ministack | undefined;
const endpoint = () => server?.endpoint ?? '';
const subject = awsSubject(endpoint);
beforeAll(async () => {
  server = await startMinistack();
});
afterAll(() => server?.stop());

/** A job of Glue whose runs are recorded, and end as a test says. */
const openJob = async () => {
  const place = await subject.newPlace();
  const { store } = await open(place);
  const { name } = JSON.parse(place) as { name: string };
  const buckets = {
    landingBucket: `${name}-landing`,
    lakeBucket: `${name}-lake`,
  };
  const gateway = await startGateway(endpoint);
  const { glue } = clientsOf(gateway.endpoint);
  const job = `job-${randomUUID()}`;
  await glue.send(
    new CreateJobCommand({
      Name: job,
      Role: 'arn:aws:iam::000000000000:role/r',
      Command: { Name: 'glueetl', ScriptLocation: 's3://b/job.py' },
    }),
  );
  const states = watchGlueStates({ job, cloud: { gateway } });
  const jobs = glueJobs({
    ...{ client: glue, s3: clientsOf(endpoint()).s3, store, buckets },
    settings: { glueJob: job, stage: 'dev' },
    retry: { retries: 3, minTimeout: 1, maxTimeout: 5 },
  });
  const remove = async () => {
    await gateway.stop();
    await subject.removePlace(place);
  };
  return { glue, job, jobs, store, states, remove };
};

const keyOf = (uri: string) => uri.replace(/^s3:\/\/[^/]+\//, '');

jobsContract('runs of Glue', async () => {
  const { glue, job, jobs, store, states, remove } = await openJob();
  const { callbacks, heard } = listen();
  /** The run ends, and the rule of its event calls `close-job`. */
  const end = async (run: JobRun, state: GlueState) => {
    states.end(run, state);
    const ended = await readJobRun(glue, job, run.Id ?? '');
    await tellEnd(callbacks, ended ?? {});
  };
  const workOf = (run: JobRun): Work => {
    const given = Object.fromEntries(
      Object.entries(run.Arguments ?? {}).map(([k, v]) => [k.slice(2), v]),
    );
    const { 'task-token': token = '', output = '' } = given;
    return {
      given,
      read: async (uri) => (await store.read(keyOf(uri))) ?? '',
      write: (file, body) => store.write(`${keyOf(output)}${file}`, body),
      beat: () => callbacks.beat(token),
      succeed: async () => {
        await callbacks.succeed(token, {});
        await end(run, 'SUCCEEDED');
      },
      fail: async (error) => {
        await callbacks.fail(token, error);
        await end(run, 'FAILED');
      },
      die: () => end(run, 'FAILED'),
    };
  };
  const working = async () => {
    const { JobRuns = [] } = await glue.send(
      new GetJobRunsCommand({ JobName: job }),
    );
    return JobRuns.filter(isAlive).map(workOf);
  };
  return { ...{ jobs, store, heard, working, remove }, bills: true };
});

test('what lies in landing is read in its own bucket', async () => {
  const { jobs, remove } = await openJob();
  expect(await jobs.place('landing/a')).toMatch(
    /^s3:\/\/t[0-9a-f]+-landing\/landing\/a$/,
  );
  expect(await jobs.place('jobs/a')).toMatch(
    /^s3:\/\/t[0-9a-f]+-lake\/jobs\/a$/,
  );
  await remove();
});
