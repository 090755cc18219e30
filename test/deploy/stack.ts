import { setTimeout as sleep } from 'node:timers/promises';
import { GlueClient } from '@aws-sdk/client-glue';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Ledger } from '../../functions/shared/ledger.ts';
import { clientOf } from '../servers/ministack.ts';
import type { Cloud } from './deploy.ts';

const ENDS_MS = 300_000;

/** The deployed stack, as one outside of it sees it. */
export interface Stack {
  readonly cloud: Cloud;
  readonly landingBucket: string;
  readonly lakeBucket: string;
  readonly job: string;
  readonly databasePrefix: string;
  readonly workgroup: string;
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly lambda: LambdaClient;
  readonly states: SFNClient;
}

export const clientsOf = (
  cloud: Cloud,
  outputs: Readonly<Record<string, string>>,
): Stack => {
  // Past the emulator's states of Glue runs: see glueRuns.ts.
  const options = {
    ...clientOf(cloud.emulator),
    endpoint: cloud.gateway.endpoint,
  };
  const output = (name: string) => {
    const value = outputs[name];
    if (!value) throw new Error(`the stack has no output ${name}`);
    return value;
  };
  return {
    cloud,
    landingBucket: output('LandingBucket'),
    lakeBucket: output('LakeBucket'),
    job: output('GlueJob'),
    databasePrefix: output('DatabasePrefix'),
    workgroup: output('Workgroup'),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    glue: new GlueClient(options),
    // One that answers late must not be called twice.
    lambda: new LambdaClient({ ...options, maxAttempts: 1 }),
    states: new SFNClient(options),
  };
};

/** Invokes a function. @throws with what it threw. */
export const invoke = async <T>(
  { lambda }: Stack,
  name: string,
  event: object,
): Promise<T> => {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: `tributary-dev-${name}`,
      Payload: JSON.stringify(event),
    }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  if (FunctionError) throw new Error(`${name}: ${answer.errorMessage}`);
  return answer as T;
};

/** How an execution ended, and what its run's ledger says. */
export interface Ended {
  readonly status: string;
  readonly cause: string;
  readonly ledger: Ledger;
}

export const objectText = async (
  { s3 }: Stack,
  Bucket: string,
  Key: string,
): Promise<string> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
};

export const listKeys = async (
  { s3: client }: Pick<Stack, 's3'>,
  Bucket: string,
  Prefix: string,
): Promise<string[]> => {
  const found: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket, Prefix },
  ))
    found.push(...Contents.map(({ Key = '' }) => Key));
  return found;
};

/** The ledgers of a pipeline, oldest first. */
export const ledgersOf = async (
  stack: Stack,
  pipeline: string,
): Promise<Ledger[]> => {
  const keys = await listKeys(stack, stack.lakeBucket, `runs/${pipeline}/`);
  const texts = keys
    .sort()
    .map((key) => objectText(stack, stack.lakeBucket, key));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as Ledger);
};

/** Asks until an answer is there. @throws after some minutes. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
): Promise<T> => {
  const deadline = Date.now() + ENDS_MS;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(150);
  }
  throw new Error(`${what} did not come`);
};

export const ledgerOf = async (
  stack: Stack,
  pipeline: string,
  execution: string,
): Promise<Ledger | undefined> =>
  (await ledgersOf(stack, pipeline)).find((one) => one.execution === execution);

/** Waits for the end of an execution. */
export const untilEnded = async (
  stack: Stack,
  pipeline: string,
  execution: string,
): Promise<Ended> => {
  const { status = '', cause = '' } = await until(
    `the end of ${execution}`,
    async () => {
      const now = await stack.states.send(
        new DescribeExecutionCommand({ executionArn: execution }),
      );
      return now.status === 'RUNNING' ? undefined : now;
    },
  );
  const ledger = await ledgerOf(stack, pipeline, execution);
  if (!ledger)
    throw new Error(`${execution} ${status} without a ledger: ${cause}`);
  return { status, cause, ledger };
};

export const startRun = async (
  stack: Stack,
  pipeline: string,
  options: object,
): Promise<string> => {
  const request = { pipeline, options };
  const { execution } = await invoke<{ execution: string }>(
    stack,
    'run',
    request,
  );
  return execution;
};
