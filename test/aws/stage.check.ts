import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  type Cloud,
  deploy,
  startCloud,
  uploadSample,
} from '../deploy/deploy.ts';
import { ROOT } from '../support/tsc.ts';

let cloud: Cloud;
let lambdaLess: { readonly code: number | null; readonly stderr: string };

const environment = () => ({
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL: cloud.emulator.endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
});

/** Runs `tributary … --stage dev`, as a person with these credentials does. */
const onStage = (
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  stage = 'dev',
) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'cli', 'tributary.js'), ...args, '--stage', stage],
    { encoding: 'utf8', env: { ...environment(), ...env } },
  );
  return { code: status, stdout, stderr };
};
const json = (...args: string[]) => {
  const { stdout, stderr } = onStage([...args, '--json']);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
};

beforeAll(async () => {
  cloud = await startCloud();
  lambdaLess = onStage(['status']);
  const { stack } = await deploy(cloud);
  await uploadSample(stack, 'loans');
}, 300_000);
afterAll(() => cloud.stop());

test('a stage that is not deployed is told, and how to deploy it', () => {
  expect(lambdaLess.code).toBe(2);
  expect(lambdaLess.stderr).toContain('npx sls deploy --stage dev');
});

test.each<[string, Record<string, string | undefined>, string]>([
  ['no region', { AWS_REGION: undefined }, 'no region is set'],
  [
    'no credentials',
    { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    'there are no credentials',
  ],
])(
  '%s',
  (_, env, said) => {
    const { code, stderr } = onStage(['runs'], env);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  },
  60_000,
);

test('AWS that is not reached is told in a line', () => {
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' };
  const { code, stderr } = onStage(['runs'], env);
  expect(stderr).toMatch(/^StageError: AWS is not reached.*\n$/);
  expect(code).toBe(1);
}, 60_000);

describe('a run of the sample', () => {
  let run: string;
  beforeAll(() => {
    const { runs } = json('run', 'loans', '--sample');
    expect(runs[0]).toMatchObject({ pipeline: 'loans', outcome: 'published' });
    run = runs[0].run;
  }, 120_000);

  test('is in runs, runs show and status, with what it cost', () => {
    const [last] = json('runs', 'loans');
    expect(last).toMatchObject({ run, outcome: 'published' });
    expect(last.cost).toMatchObject({ isEstimate: false });
    const steps = last.steps as { step: string; memory?: number }[];
    const memories = new Map(steps.map(({ step, memory }) => [step, memory]));
    expect(memories.get('publish')).toBe(1024);
    expect(onStage(['runs', 'show', run]).stdout).toContain(`run      ${run}`);
    const [status] = json('status', 'loans');
    expect(status).toMatchObject({ pipeline: 'loans', last: { run } });
  }, 60_000);

  test('is what a quote goes by', () => {
    const quoted = json('quote', 'loans', '--sample');
    expect(quoted).toMatchObject({ pipeline: 'loans', toRun: 1, runs: 1 });
    expect(quoted.how).not.toContain('this machine');
  }, 60_000);

  test('is in the logs of the functions', () => {
    const lines = json('logs', 'loans') as { function: string }[];
    expect(Array.isArray(lines)).toBe(true);
    const none = onStage(['logs', '--function', 'nothing']);
    expect(none.code).toBe(2);
  }, 60_000);

  test('is taken back, and only once', () => {
    expect(json('rollback', 'loans')).toMatchObject({ run });
    const again = onStage(['rollback', 'loans']);
    expect(again.code).not.toBe(0);
    expect(json('runs', 'loans')[0].outcome).toBe('rolled back');
  }, 60_000);
});

test('a backfill with a budget begins no more than that', () => {
  const range = ['--from', '2022-09-29', '--to', '2022-09-30', '--sample'];
  const short = onStage([
    'backfill',
    'loans',
    ...range,
    '--budget',
    '0.0000001',
  ]);
  expect(short.stdout).toContain('beyond the budget');
  expect(short.code).toBe(1);
  const done = onStage(['backfill', 'loans', ...range]);
  expect(done.stdout).toContain('1 done');
  expect(done.code).toBe(0);
}, 120_000);

test('what fails on the stage has its name, its words and its exit code here', () => {
  const { code, stderr } = onStage(['rollback', 'loans', 'no-such-run']);
  expect(stderr).toContain('no-such-run');
  expect(code).not.toBe(0);
}, 60_000);

test('a recording of this machine is refused', () => {
  const { code, stderr } = onStage(['run', 'loans', '--replay', 'pipelines']);
  expect(stderr).toContain('--replay is a folder of this machine');
  expect(code).toBe(2);
});

test.each([
  ['table', /n\n-+\n1\n\(1 row\)/],
  ['csv', /n\n1\n/],
])(
  'Athena answers as %s',
  (format, expected) => {
    const { stdout, stderr } = onStage([
      'sql',
      'SELECT 1 AS n',
      '--format',
      format,
    ]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(expected);
  },
  60_000,
);

test('Athena’s own words where the SQL is wrong', () => {
  const { code, stderr } = onStage(['sql', 'SELECT nothing FROM nowhere']);
  expect(stderr).toContain('Athena: ');
  expect(code).toBe(1);
}, 60_000);
