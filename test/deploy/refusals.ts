import { isSame, requireTold, runIds, SPAN } from './commandLine.ts';
import { PIPELINE, require } from './judge.ts';
import type { Stack } from './stack.ts';

/** Each with what is told of it, and the exit code. */
const ERRORS: readonly [
  string,
  readonly string[],
  NodeJS.ProcessEnv,
  RegExp,
][] = [
  [
    'a stage that does not exist',
    ['--stage', 'nowhere'],
    {},
    /the stage "nowhere" is not deployed in us-east-1/,
  ],
  [
    'no credentials',
    [],
    { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    /there are no credentials for AWS/,
  ],
  ['no region', [], { AWS_REGION: undefined }, /no region is set/],
];

const COMMANDS: readonly (readonly string[])[] = [
  ['run', PIPELINE, '--sample'],
  ['backfill', PIPELINE, ...SPAN],
  ['rollback', PIPELINE],
  ['status', PIPELINE],
  ['runs', PIPELINE],
  ['runs', 'show', 'latest', PIPELINE],
  ['sql', 'SELECT 1 AS n'],
  ['quote', PIPELINE],
  ['logs', PIPELINE],
];

/** Commands that cannot do what they are asked say so, and start nothing. */
export const commandErrors = async (stack: Stack): Promise<string> => {
  const before = await runIds(stack);
  const unknown = COMMANDS.filter((args) => args.includes(PIPELINE)).map(
    (args) => args.map((arg) => (arg === PIPELINE ? 'nosuch' : arg)),
  );
  for (const args of unknown)
    await requireTold(stack, args, {}, /there is no pipeline "nosuch"/);
  for (const [, more, env, said] of ERRORS)
    for (const args of COMMANDS)
      await requireTold(stack, [...args, ...more], env, said);
  require('nothing was started', isSame(before, await runIds(stack)));
  return `${unknown.length + ERRORS.length * COMMANDS.length} refusals`;
};
