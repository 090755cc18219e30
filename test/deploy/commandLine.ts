import { join } from 'node:path';
import { ROOT } from '../support/tsc.ts';
import { require } from './judge.ts';
import { start } from './program.ts';
import type { Stack } from './stack.ts';

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
