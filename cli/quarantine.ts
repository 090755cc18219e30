import type { Command } from 'commander';
import type { CommonOptions } from './context.ts';
import { act, count, withCommon } from './define.ts';

const LIMIT = 20;

/** `quarantine list|show|retry`. */
export const defineQuarantine = (program: Command): void => {
  const quarantine = program
    .command('quarantine')
    .description('look at rejected records, and run them again after a fix');

  withCommon(
    quarantine
      .command('list')
      .description('what was rejected, by run, source and reason')
      .argument('[pipeline]')
      .option('--source <name>', 'of one source')
      .option('--run <id>', 'of one run')
      .option('--limit <n>', 'how many runs and sources', count, LIMIT),
    '  tributary quarantine list crime',
  ).action(
    act(async (name: string | undefined, options: CommonOptions) => {
      const { quarantineListCommand } = await import(
        './commands/quarantine.ts'
      );
      return quarantineListCommand(
        name,
        options as Parameters<typeof quarantineListCommand>[1],
      );
    }),
  );

  withCommon(
    quarantine
      .command('show')
      .description('rejected records: raw text, file, line and reason')
      .argument('<pipeline>')
      .option('--source <name>', 'of one source')
      .option('--run <id>', 'of one run; the last that rejected some without')
      .option('--limit <n>', 'how many records', count, LIMIT),
    '  tributary quarantine show crime --limit 5',
  ).action(
    act(async (name: string, options: CommonOptions) => {
      const { quarantineShowCommand } = await import(
        './commands/quarantine.ts'
      );
      return quarantineShowCommand(
        name,
        options as Parameters<typeof quarantineShowCommand>[1],
      );
    }),
  );

  withCommon(
    quarantine
      .command('retry')
      .description('decode again all that landed with them, after a fix')
      .argument('<pipeline>')
      .option('--run <id>', 'the run; the last that rejected some without')
      .option('--limit <n>', 'how many records to show', count, LIMIT),
    '  tributary quarantine retry crime',
  ).action(
    act(async (name: string, options: CommonOptions) => {
      const { quarantineRetryCommand } = await import(
        './commands/quarantineRetry.ts'
      );
      return quarantineRetryCommand(
        name,
        options as Parameters<typeof quarantineRetryCommand>[1],
      );
    }),
  );
};
