import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Platform } from '../ports.ts';
import { athenaQuery } from './athenaQuery.ts';
import { athenaReaders } from './athenaReaders.ts';
import { awsCallbacks } from './awsCallbacks.ts';
import { awsEngines } from './awsEngines.ts';
import { awsExecutions } from './awsExecutions.ts';
import { awsSecrets } from './awsSecrets.ts';
import { bundledDefinitions } from './bundledDefinitions.ts';
import { glueCatalog } from './glueCatalog.ts';
import { glueJobs } from './glueJobs.ts';
import { metabaseFunction } from './metabaseFunction.ts';
import { s3Drops } from './s3Drops.ts';
import { s3Locks } from './s3Locks.ts';
import { s3Objects } from './s3Objects.ts';
import { s3Store } from './s3Store.ts';
import { settingsOf } from './settings.ts';
import { snsNotifier } from './snsNotifier.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Of a function's memory; Node and the rest need the other part. */
const ENGINE_SHARE = 0.7;

/** The longest that the check after a publish waits for Athena. */
const READ_MS = 120_000;

const memoryOf = ({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: size }: Environment) =>
  size === undefined
    ? {}
    : {
        memory: `${Math.floor(Number(size) * ENGINE_SHARE)}MB`,
        host: {
          memory: Number(size),
          architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
        } as const,
      };

const plansOf = (env: Environment) =>
  env.TRIBUTARY_PLANS ?? join(env.LAMBDA_TASK_ROOT ?? '.', 'plans.json');

/**
 * All ports, over what is deployed. Region, credentials and endpoint are those
 * of the AWS SDK's own environment.
 */
export const awsPlatform = (
  env: Environment,
  scratch: string = join(tmpdir(), 'tributary'),
): Platform => {
  const settings = settingsOf(env);
  const { landingBucket, lakeBucket } = settings;
  const buckets = { landingBucket, lakeBucket };
  // An emulator has no names of buckets in its address.
  const forcePathStyle = env.AWS_ENDPOINT_URL !== undefined;
  const s3 = new S3Client({ forcePathStyle });
  const sfn = new SFNClient({});
  const glue = new GlueClient({});
  const objects = s3Objects(s3, buckets);
  const store = s3Store(s3, buckets, scratch);
  const executions = awsExecutions(sfn);
  const secrets = awsSecrets(new SecretsManagerClient({}), settings);
  return {
    definitions: bundledDefinitions(plansOf(env), store, scratch),
    store,
    locks: s3Locks(objects, executions),
    catalog: glueCatalog({
      objects,
      client: glue,
      settings,
      bucket: lakeBucket,
      list: store.list,
    }),
    readers: athenaReaders({
      settings,
      ask: athenaQuery({
        client: new AthenaClient({}),
        settings,
        longestMs: READ_MS,
      }),
    }),
    executions,
    jobs: glueJobs({
      client: glue,
      starter: new GlueClient({ maxAttempts: 1 }),
      s3,
      store,
      buckets,
      settings,
    }),
    callbacks: awsCallbacks(sfn),
    engines: awsEngines,
    clock: { now: () => new Date() },
    secrets,
    destinations: {
      postgres: {
        load: async (order) => {
          const { postgresLoader } = await import(
            '../postgres/postgresLoader.ts'
          );
          return postgresLoader(secrets).load(order);
        },
      },
    },
    drops: s3Drops(s3, landingBucket),
    notifier: snsNotifier(new SNSClient({}), settings),
    ...(env.TRIBUTARY_METABASE_URL && { metabase: metabaseFunction(settings) }),
    scratch,
    ...memoryOf(env),
  };
};
