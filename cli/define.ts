import {
  type Command,
  type CommanderError,
  InvalidArgumentError,
  Option,
} from 'commander';
import { TributaryError } from '../core/errors.ts';
import {
  DEFAULT_LAKE,
  DEFAULT_PIPELINES,
  EXIT,
  exitCodeOf,
} from './context.ts';

/** Whether JSON was asked for, even on a line that cannot be understood. */
const isForMachines = () => process.argv.includes('--json');

const printError = (name: string, message: string) => {
  if (isForMachines())
    console.log(JSON.stringify({ error: { name, message } }, null, 1));
};

/** Tells an error: to people on stderr, to machines on stdout as well. */
export const report = (error: unknown): void => {
  const { name, message, stack } = error as Error;
  printError(name, message);
  console.error(
    error instanceof TributaryError ? `${name}: ${message}` : (stack ?? error),
  );
};

/** Ends the process where commander does not understand the line. */
export const endParse =
  (code: number) =>
  (error: CommanderError): never => {
    if (error.exitCode === 0) process.exit(EXIT.ok);
    printError('UsageError', error.message.replace(/^error: /, ''));
    process.exit(code);
  };

/** Makes the number that a command ends with the process's own. */
export const act =
  <A extends unknown[]>(command: (...args: A) => Promise<number>) =>
  async (...args: A): Promise<void> => {
    process.exitCode = await command(...args);
  };

/** For a command whose exit code 2 means something else than elsewhere. */
export const failedAs = (
  code: number,
  command: () => Promise<number>,
): Promise<number> =>
  command().catch((error: unknown) => {
    report(error);
    return code;
  });

/** Runs the command line; what is thrown is told, and ends it with its code. */
export const parse = async (program: Command): Promise<void> => {
  try {
    await program.parseAsync();
  } catch (error) {
    report(error);
    process.exitCode =
      error instanceof TributaryError ? exitCodeOf(error.name) : EXIT.failed;
  }
};

const memory = (text: string) => {
  if (!/^\d+(\.\d+)?\s*([KMGT]i?B|%)$/i.test(text))
    throw new InvalidArgumentError('write a size such as 512MB or 2GB');
  return text;
};

/** @throws InvalidArgumentError where the text is no number above 0. */
export const count = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1)
    throw new InvalidArgumentError('write a whole number above 0');
  return n;
};

const SECONDS = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** A length of time such as `90m`, `12h`, `30d` or `2w`, in seconds. */
export const duration = (text: string): number => {
  const [, n, unit] = /^(\d+)\s*([mhdw])$/.exec(text) ?? [];
  if (unit === undefined)
    throw new InvalidArgumentError('write a time such as 12h, 30d or 2w');
  return Number(n) * SECONDS[unit as keyof typeof SECONDS];
};

/** @throws InvalidArgumentError where the text is no number, 0 or above. */
export const countOrNone = (text: string): number =>
  text === '0' ? 0 : count(text);

/** @throws InvalidArgumentError where the text is no sum above 0. */
export const dollars = (text: string): number => {
  const sum = Number(text.replace(/^\$/, ''));
  if (!/^\$?\d*\.?\d+$/.test(text) || sum <= 0)
    throw new InvalidArgumentError('write a sum of dollars such as 5 or 0.50');
  return sum;
};

/** Adds `https://host=http://127.0.0.1:8080` to those given before. */
const origin = (
  text: string,
  before: Readonly<Record<string, string>> = {},
) => {
  const at = text.indexOf('=');
  const [from, to] = [text.slice(0, at), text.slice(at + 1)];
  if (![from, to].every((url) => /^https?:\/\/[^/]+\/?$/.test(url)))
    throw new InvalidArgumentError(
      'write two origins: https://example.org=http://127.0.0.1:8080',
    );
  return { ...before, [new URL(from).origin]: new URL(to).origin };
};

/** How live sources are reached. */
export const withLive = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--origin <from=to>',
        'with --live: ask another server in place of one (repeatable)',
      ).argParser(origin),
    )
    .addOption(
      new Option('--secrets <dir>', 'the folder of secrets, <name>.json')
        .default(undefined, '.secrets')
        .env('TRIBUTARY_SECRETS'),
    )
    .addOption(
      new Option(
        '--drop <dir>',
        'the folder that files are dropped into, <dir>/<pipeline>/…',
      )
        .default(undefined, 'drop')
        .env('TRIBUTARY_DROP'),
    );

/** Where the input of a run comes from, and which engine takes it. */
export const withInput = (command: Command): Command =>
  withLive(command)
    .addOption(
      new Option('--engine <name>', 'what transforms the input')
        .choices(['duckdb', 'spark', 'auto'])
        .default(undefined, "the definition's, else auto: by what lands"),
    )
    .option('--replay <dir>', 'recorded input: <dir>/<pipeline>/…')
    .addOption(
      new Option(
        '--live',
        'fetch every source from where its data live',
      ).conflicts('replay'),
    );

/** The options of a command that runs pipelines. */
export const withRun = (command: Command): Command =>
  withInput(command).option(
    '--openlineage <to>',
    'a file or an http address for OpenLineage events (else OPENLINEAGE_URL)',
  );

/** For a command that can work on what is deployed. */
export const withStage = (command: Command): Command =>
  command.option(
    '--stage <stage>',
    'on AWS, what is deployed by that name; credentials and region as the SDK ' +
      'finds them',
  );

/** The same for one that takes input. */
export const withStageInput = (command: Command): Command =>
  withStage(command).addOption(
    new Option(
      '--sample',
      'with --stage: the sample in its bucket, in place of live input',
    ).conflicts(['live', 'replay']),
  );

/** The options of every command, and its examples. */
export const withCommon = (command: Command, examples: string): Command =>
  command
    .option('--lake <dir>', 'the folder of the lake', DEFAULT_LAKE)
    .addOption(
      new Option('--pipelines <dir>', 'the folder of pipelines').default(
        DEFAULT_PIPELINES,
        'pipelines/ of this clone',
      ),
    )
    .option('--memory <size>', 'the most memory for the engine', memory)
    .option('--json', 'print JSON for machines')
    .addHelpText('after', `\nExamples:\n${examples}`);
