import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { athenaQuery } from '../../platform/aws/athenaQuery.ts';
import {
  clientOf,
  type Ministack,
  startMinistack,
} from '../servers/ministack.ts';
import { ROOT } from '../support/tsc.ts';

let server: Ministack;
beforeAll(async () => {
  server = await startMinistack();
});
afterAll(() => server.stop());

type Environment = Record<string, string | undefined>;

/** Runs `tributary … --stage dev`, as a person with these credentials does. */
const onStage = (args: readonly string[], env: Environment = {}) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'cli', 'tributary.js'), ...args, '--stage', 'dev'],
    {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: server.endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: 'us-east-1',
        ...env,
      },
    },
  );
  return { code: status, stdout, stderr };
};

test.each<[string, Environment, number, RegExp]>([
  ['that is not deployed', {}, 2, /npx sls deploy --stage dev/],
  ['without a region', { AWS_REGION: undefined }, 2, /no region is set/],
  [
    'without credentials',
    { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    2,
    /there are no credentials/,
  ],
  [
    'that is not reached',
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' },
    1,
    /^StageError: AWS is not reached/,
  ],
])(
  'a stage %s is told in a line',
  (_, env, code, said) => {
    const ended = onStage(['runs'], env);
    expect(ended.stderr).toMatch(said);
    expect(ended.code).toBe(code);
  },
  60_000,
);

test('Athena answers with columns and rows', async () => {
  const s3 = new S3Client({ ...clientOf(server), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'answers' }));
  const client = new AthenaClient(clientOf(server));
  await client.send(
    new CreateWorkGroupCommand({
      Name: 'stage',
      Configuration: {
        ResultConfiguration: { OutputLocation: 's3://answers/athena/' },
      },
    }),
  );
  const ask = athenaQuery({ client, settings: { workgroup: 'stage' } });
  const { columns, rows } = await ask("SELECT 1 AS n, 'a' AS t");
  expect(columns.map(({ name }) => name)).toEqual(['n', 't']);
  expect(rows.map((row) => row.map(String))).toEqual([['1', 'a']]);
}, 60_000);
