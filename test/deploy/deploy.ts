import {
  chmodSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  clientOf,
  type Ministack,
  startMinistack,
} from '../servers/ministack.ts';
import { PIPELINES } from '../support/testLake.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { BIN, run, WORK } from './program.ts';
import { clientsOf, type Stack } from './stack.ts';
import { DEFINITIONS, gatherDefinitions } from './unlanded.ts';

const PACKAGE = join(WORK, 'package');
const FUNCTIONS_BIN = join(WORK, 'bin');
export const FUNCTION_PIDS = join(WORK, 'pids');

/** The emulator runs functions on the processor of this machine. */
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

/** Types that the emulator does not know; docs/aws-checklist.md has them. */
export const UNKNOWN = ['AWS::Athena::NamedQuery', 'AWS::Budgets::Budget'];

/**
 * The Node that functions run with: the project's, each process with a `/tmp` of
 * its own as on AWS, and with its id where a test finds it to kill it.
 */
const prepareNode = (): void => {
  rmSync(FUNCTION_PIDS, { recursive: true, force: true });
  mkdirSync(FUNCTION_PIDS, { recursive: true });
  mkdirSync(FUNCTIONS_BIN, { recursive: true });
  const program = join(FUNCTIONS_BIN, 'node');
  writeFileSync(
    program,
    `#!/bin/sh
export TMPDIR="${WORK}/tmp/$$"
mkdir -p "$TMPDIR"
: > "${FUNCTION_PIDS}/$AWS_LAMBDA_FUNCTION_NAME.$$"
exec "${join(BIN, 'node')}" "$@"
`,
  );
  chmodSync(program, 0o755);
};

export interface Cloud {
  readonly emulator: Ministack;
  /** What deployed functions speak to. */
  readonly gateway: Gateway;
  stop(): Promise<void>;
}

/** Starts the emulator, and the gateway before it. */
export const startCloud = async (): Promise<Cloud> => {
  prepareNode();
  let emulator: Ministack | undefined;
  const gateway = await startGateway(() => emulator?.endpoint ?? '');
  emulator = await startMinistack({
    PATH: `${FUNCTIONS_BIN}:${process.env.PATH}`,
    AWS_ENDPOINT_URL: gateway.endpoint,
  });
  const started = emulator;
  return {
    emulator: started,
    gateway,
    stop: async () => {
      await started.stop();
      await gateway.stop();
    },
  };
};

/** Runs the framework against the emulator. */
export const serverless = ({ emulator }: Cloud, ...args: string[]) =>
  run(
    [
      join(BIN, 'serverless'),
      ...args,
      ...['--param', `architecture=${architecture}`],
      ...['--param', `pipelines=${DEFINITIONS}`],
    ],
    {
      ...process.env,
      PATH: `${BIN}:${process.env.PATH}`,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      SLS_TELEMETRY_DISABLED: '1',
    },
  );

interface Template {
  readonly Resources: Record<string, { readonly Type: string }>;
}

const withoutUnknown = ({ Resources }: Template): number => {
  const unknown = Object.keys(Resources).filter((id) =>
    UNKNOWN.includes(Resources[id]?.Type ?? ''),
  );
  for (const id of unknown) delete Resources[id];
  return unknown.length;
};

/** Takes out of what is packaged what the emulator refuses. */
const strip = (): number => {
  const state = join(PACKAGE, 'serverless-state.json');
  const packaged = JSON.parse(readFileSync(state, 'utf8'));
  const { provider } = packaged.service;
  const count = withoutUnknown(provider.compiledCloudFormationTemplate);
  writeFileSync(state, JSON.stringify(packaged));
  return count;
};

const outputsOf = async (cloud: Cloud): Promise<Record<string, string>> => {
  const client = new CloudFormationClient(clientOf(cloud.emulator));
  const { Stacks = [] } = await client.send(
    new DescribeStacksCommand({ StackName: 'tributary-dev' }),
  );
  return Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
      OutputKey,
      OutputValue,
    ]),
  );
};

/** Packages the stage dev and deploys it. @returns what was left out, too. */
export const deploy = async (
  cloud: Cloud,
): Promise<{ readonly stack: Stack; readonly leftOut: number }> => {
  rmSync(PACKAGE, { recursive: true, force: true });
  gatherDefinitions();
  await serverless(cloud, 'package', '--package', PACKAGE);
  const leftOut = strip();
  await serverless(cloud, 'deploy', '--package', PACKAGE);
  return { stack: clientsOf(cloud, await outputsOf(cloud)), leftOut };
};

/** Puts a pipeline's sample where its sources look. @returns how many files. */
export const uploadSample = async (
  { s3, landingBucket }: Stack,
  pipeline: string,
): Promise<number> => {
  const folder = join(PIPELINES, pipeline, 'sample');
  const files = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files) {
    const Key = `samples/${pipeline}/${file.slice(folder.length + 1)}`;
    const Body = readFileSync(file);
    await s3.send(new PutObjectCommand({ Bucket: landingBucket, Key, Body }));
  }
  return files.length;
};
