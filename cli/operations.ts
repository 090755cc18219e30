import { type Command, Option } from 'commander';
import type { CommonOptions } from './context.ts';
import {
  act,
  count,
  countOrNone,
  dollars,
  duration,
  withCommon,
  withInput,
  withRun,
  withStage,
  withStageInput,
} from './define.ts';

const defineBackfill = (program: Command) =>
  withCommon(
    withRun(
      withStageInput(program.command('backfill'))
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
        .option('--force', 'also the periods that are published')
        .option(
          '--budget <dollars>',
          'begin no run that would cost more than this with those before it',
          dollars,
        ),
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

const defineQuote = (program: Command) =>
  withCommon(
    withInput(
      withStageInput(program.command('quote'))
        .description('tell what a run or a backfill would cost on AWS')
        .argument('<pipeline>')
        .option('--from <date>', 'of a backfill: its first period')
        .option('--to <date>', 'of a backfill: its last period')
        .option('--force', 'of a backfill: also the published periods'),
    ),
    `  tributary quote crime
  tributary quote loans --from 2022-09-01 --to 2022-09-30 --replay ../recordings`,
  ).action(
    act(async (name: string, options: CommonOptions) => {
      const { quoteCommand } = await import('./commands/quote.ts');
      return quoteCommand(name, options);
    }),
  );

const defineRuns = (program: Command) => {
  const runs = withCommon(
    withStage(program.command('runs'))
      .description('list the last runs, or show one of them')
      .argument('[pipeline]')
      .option('--limit <n>', 'how many', count, 20),
    `  tributary runs crime --limit 5
  tributary runs show latest`,
  ).action(
    act(async (name: string | undefined, options: CommonOptions) => {
      const { runsCommand } = await import('./commands/runs.ts');
      return runsCommand(name, options as CommonOptions & { limit: number });
    }),
  );
  withCommon(
    withStage(runs.command('show'))
      .description('show all that is known of one run')
      .argument('<run>', 'its id, the beginning of it, or "latest"')
      .argument('[pipeline]', 'of this pipeline alone'),
    `  tributary runs show latest crime
  tributary runs show 20240501T0600 --json`,
  ).action(
    act(async (run: string, name: string | undefined, _, command: Command) => {
      const { runsShowCommand } = await import('./commands/runsShow.ts');
      // What both commands can be told, commander gives to the outer one.
      return runsShowCommand(run, name, command.optsWithGlobals());
    }),
  );
};

const defineStatus = (program: Command) =>
  withCommon(
    withStage(program.command('status'))
      .description('tell whether pipelines are fresh, and when they are next')
      .argument('[pipelines...]', 'their names; all without'),
    `  tributary status
  tributary status loans crime || mail -s "late or failed" ops@example.org

Exit codes of status: 0 all is well, 1 something is late or failed.`,
  ).action(
    act(async (names: string[], options: CommonOptions) => {
      const { statusCommand } = await import('./commands/status.ts');
      return statusCommand(names, options);
    }),
  );

const defineSchedule = (program: Command) =>
  withCommon(
    withRun(
      program
        .command('schedule')
        .description('run pipelines on their schedules, until it is stopped')
        .argument('[pipelines...]', 'their names; all without')
        .addOption(
          new Option('--parallel <n>', 'how many pipelines at once')
            .argParser(count)
            .default(undefined, '4; with --memory 1'),
        )
        .option('--once', 'run what is due now, and end'),
    ),
    `  tributary schedule --live
  tributary schedule loans songs --live --lake /data/lake

Starts that were missed while it did not run are caught up. Ctrl-C finishes what
runs and ends with 0.`,
  ).action(
    act(async (names: string[], options: CommonOptions) => {
      const { scheduleCommand } = await import('./commands/schedule.ts');
      return scheduleCommand(names, options);
    }),
  );

const defineServe = (program: Command) =>
  withCommon(
    withRun(
      program
        .command('serve')
        .description('serve the console, a web page for this machine alone')
        .option('--port <n>', 'where it listens; 0 for any', countOrNone, 4321),
    ),
    `  tributary serve
  tributary serve --lake /data/lake --port 8080
  tributary serve --live            runs from the page fetch live data

Ctrl-C finishes what runs and ends with 0.`,
  ).action(
    act(async (options: CommonOptions) => {
      const { serveCommand } = await import('./commands/serve.ts');
      return serveCommand(options as Parameters<typeof serveCommand>[0]);
    }),
  );

const defineLogs = (program: Command) =>
  withCommon(
    withStage(program.command('logs'))
      .description('show what the functions of a stage have logged')
      .argument('[pipeline]')
      .option('--run <run>', 'of one run, by its id or the beginning of it')
      .option('--function <name>', 'of one function alone')
      .option('--since <time>', 'how far back: 30m, 12h, 7d', duration, 3600)
      .option('--errors', 'warnings and errors alone'),
    `  tributary logs --stage dev
  tributary logs loans --stage prod --errors --since 2d`,
  ).action(
    act(async (name: string | undefined, options: CommonOptions) => {
      const { logsCommand } = await import('./commands/logs.ts');
      return logsCommand(name, options as Parameters<typeof logsCommand>[1]);
    }),
  );

/** Defines the commands of the days after the first run. */
export const defineOperations = (program: Command): void => {
  defineBackfill(program);
  defineQuote(program);
  defineSchedule(program);
  defineStatus(program);
  defineRuns(program);
  defineLogs(program);
  defineServe(program);
};
