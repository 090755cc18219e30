import { type Command, Option } from 'commander';
import type { CommonOptions } from './context.ts';
import { act, count, withCommon, withInput } from './define.ts';

const defineBackfill = (program: Command) =>
  withCommon(
    withInput(
      program
        .command('backfill')
        .description('run the periods that are missing or failed')
        .argument('<pipeline>')
        .option('--from <date>', 'the first period; else the start date')
        .option('--to <date>', 'the last period; else the last complete one')
        .addOption(
          new Option('--parallel <n>', 'how many periods at once')
            .argParser(count)
            .default(undefined, '2; with --memory 1'),
        )
        .option('--dry-run', 'list the periods and why, and run none')
        .option('--force', 'also the periods that are published'),
    ),
    `  tributary backfill arrivals --from 2016-01 --to 2016-12 --dry-run
  tributary backfill loans --from 2022-09-01 --replay ../recordings

Ctrl-C finishes what runs and begins no more (exit code 130); the same command
goes on.`,
  ).action(
    act(async (name: string, options: CommonOptions) => {
      const { backfillCommand } = await import('./commands/backfill.ts');
      return backfillCommand(name, options);
    }),
  );

/** Defines the commands of the days after the first run. */
export const defineOperations = (program: Command): void => {
  defineBackfill(program);
};
