import { type Command, Option } from 'commander';
import type { CommonOptions } from './context.ts';
import { act, withCommon } from './define.ts';

const secrets = () =>
  new Option('--secrets <dir>', 'the folder of secrets, <name>.json').default(
    undefined,
    '.secrets',
  );

const defineLoad = (program: Command) =>
  withCommon(
    program
      .command('load')
      .description('copy published tables to PostgreSQL')
      .argument('[pipelines...]', 'their names; all that can be without')
      .option('--to <secret>', 'the secret of a database; else as defined')
      .option('--schema <name>', "default: the pipeline's name")
      .addOption(secrets()),
    `  tributary load crime
  tributary load --to warehouse         all that is published, samples as well

What the database holds already is not written again.`,
  ).action(
    act(async (names: string[], options: CommonOptions) => {
      const { loadCommand } = await import('./commands/load.ts');
      return loadCommand(names, options);
    }),
  );

const defineMetabase = (program: Command) =>
  withCommon(
    program
      .command('metabase')
      .description('dashboards on a Metabase server')
      .command('apply')
      .description('make a server show the dashboards, and what would change')
      .argument('[pipelines...]', 'their names; all without')
      .requiredOption('--url <url>', 'of the server')
      .option('--secret <name>', 'with its login and database', 'metabase')
      .option('--dry-run', 'list what would change; change nothing')
      .option('--force', 'write over what was edited by hand')
      .option('--prune', 'remove what is of pipelines not defined any more')
      .option('--new-key <name>', 'make an API key, and print it once')
      .addOption(secrets()),
    `  tributary metabase apply --url http://localhost:3000 --dry-run
  tributary metabase apply --url https://metabase.example.com crime`,
  ).action(
    act(async (names: string[], options: CommonOptions) => {
      const { metabaseApplyCommand } = await import(
        './commands/metabaseApply.ts'
      );
      return metabaseApplyCommand(
        names,
        options as Parameters<typeof metabaseApplyCommand>[1],
      );
    }),
  );

/** Commands that bring what is published to other systems. */
export const defineDestinations = (program: Command): void => {
  defineLoad(program);
  defineMetabase(program);
};
