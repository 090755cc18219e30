import { join } from 'node:path';
import { ROOT } from '../support/tsc.ts';
import { PIPELINE, require } from './judge.ts';
import { start } from './program.ts';
import { ledgersOf, type Stack } from './stack.ts';

/** How a command ended. */
export interface Told {
  readonly code: number;
  readonly out: string;
  readonly all: string;
}

const COMMAND = [process.execPath, join(ROOT, 'cli', 'tributary.js')];

/** Runs a command on this machine alone. */
export const locally = (...args: string[]): Promise<Told> =>
  start([...COMMAND, ...args]).ended;

/**
 * Runs `tributary … --stage dev` as a person does who has credentials, a region,
 * and nothing else.
 */
export const onStage = (
  { cloud }: Stack,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Told> => {
  const stage = args.includes('--stage') ? [] : ['--stage', 'dev'];
  return start([...COMMAND, ...args, ...stage], {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: cloud.gateway.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    ...env,
  }).ended;
};

/** The JSON that a command on the stage prints. @throws for another exit code. */
export const jsonOf = async <T>(
  stack: Stack,
  args: readonly string[],
  code = 0,
): Promise<T> => {
  const told = await onStage(stack, [...args, '--json']);
  require(`${args.join(' ')} ends with ${code}`, told.code === code, told);
  return JSON.parse(told.out) as T;
};

/** What the sample of `loans` has, and periods around it. */
export const PERIOD = '2022-09-30';
export const SPAN = ['--sample', '--from', '2022-09-29', '--to', PERIOD];

export const isSame = (one: unknown, other: unknown) =>
  JSON.stringify(one) === JSON.stringify(other);

export const runIds = async (stack: Stack): Promise<string[]> =>
  (await ledgersOf(stack, PIPELINE)).map(({ run }) => run);

/** Those that came while something was done. */
export const newRuns = async (stack: Stack, act: () => Promise<void>) => {
  const before = await runIds(stack);
  await act();
  return (await ledgersOf(stack, PIPELINE)).filter(
    ({ run }) => !before.includes(run),
  );
};

/** @throws unless a command is refused in a line. */
export const requireTold = async (
  stack: Stack,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  said: RegExp,
) => {
  const told = await onStage(stack, args, env);
  const isInOneLine = told.all.trim().split('\n').length === 1;
  require(`${args.join(' ')} says so in a line, and ends with 2`, told.code ===
    2 &&
    isInOneLine &&
    told.all.startsWith('UsageError: ') &&
    said.test(told.all), told);
};
