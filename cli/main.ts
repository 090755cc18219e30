import { Command, Option } from 'commander';
import { type CommonOptions, EXIT } from './context.ts';
import {
  act,
  count,
  countOrNone,
  duration,
  endParse,
  failedAs,
  parse,
  withCommon,
  withInput,
  withLive,
  withRun,
  withStage,
  withStageInput,
} from './define.ts';
import { defineDestinations } from './destinations.ts';
import { defineOperations } from './operations.ts';
import { FORMATS } from './output/queryFormats.ts';
import { defineQuarantine } from './quarantine.ts';

const program = new Command('tributary')
  .description('Batch pipelines that run alike on a laptop and on AWS')
  .version('0.1.0')
  .showHelpAfterError('(see --help)')
  // Before the commands are made: each takes over what is set by then.
  .exitOverride(endParse(EXIT.usage))
  .addHelpText(
    'after',
    `
Examples:
  tributary run                       run all pipelines on their samples
  tributary run loans --replay DIR    one, on recorded input
  tributary plan loans                what would that change?
  tributary tables                    what is published
  tributary sql "SELECT * FROM loans.loans_by_category LIMIT 5"
  tributary status                    is all fresh? what failed?
  tributary rollback loans            take the last run back
  tributary <command> --help          more examples

Exit codes: 0 done, 1 a run failed (what was published stays), 2 the command or
a definition is wrong, 3 another run works on the same pipeline and period, 130
stopped by Ctrl-C with some left to do.`,
  );

withCommon(
  withRun(
    withStageInput(program.command('run'))
      .description('run pipelines: fetch, transform, check, publish')
      .argument('[pipelines...]', 'their names; all without')
      .option('--date <date>', 'the logical date, YYYY-MM-DD (or YYYY-MM)')
      .addOption(
        new Option(
          '--catch-up',
          'all periods missing since the start date',
        ).conflicts('date'),
      ),
  )
    .addOption(
      new Option('--parallel <n>', 'how many pipelines at once')
        .argParser(count)
        .default(undefined, '8; with --memory 1'),
    )
    .addOption(new Option('--welcome').hideHelp()),
  `  tributary run                              all, on their samples
  tributary run loans --date 2022-10-01
  tributary run --replay ../recordings --lake /data/lake --memory 4GB`,
).action(
  act(async (names: string[], options: CommonOptions) => {
    const { runCommand } = await import('./commands/run.ts');
    return runCommand(names, options as Parameters<typeof runCommand>[1]);
  }),
);

withCommon(
  withInput(
    program
      .command('plan')
      .description('show what a run would change, and change nothing')
      .argument('[pipelines...]', 'their names; all without')
      .option('--date <date>', 'the logical date, YYYY-MM-DD (or YYYY-MM)'),
  )
    .option('--no-data', 'compare definitions alone: nothing is fetched')
    .exitOverride(endParse(EXIT.failed)),
  `  tributary plan                             all, on their samples
  tributary plan crime --replay ../recordings
  tributary plan --no-data || echo "not as published"

Exit codes of plan: 0 nothing would change, 1 an error, or a run that would
fail, 2 a run would change something.`,
).action(
  act(async (names: string[], options: CommonOptions) => {
    const { planCommand } = await import('./commands/plan.ts');
    return failedAs(EXIT.failed, () =>
      planCommand(names, options as Parameters<typeof planCommand>[1]),
    );
  }),
);

withCommon(
  withLive(
    program
      .command('record')
      .description('run live, and keep what was received as a recording')
      .argument('<pipeline>')
      .option('--out <dir>', 'the folder of recordings', 'recordings')
      .option('--date <date>', 'the logical date, YYYY-MM-DD (or YYYY-MM)'),
  ),
  `  tributary record banks --out ../recordings
  tributary run banks --replay ../recordings`,
).action(
  act(async (name: string, options: CommonOptions) => {
    const { recordCommand } = await import('./commands/record.ts');
    return recordCommand(name, options as Parameters<typeof recordCommand>[1]);
  }),
);

defineOperations(program);
defineQuarantine(program);
defineDestinations(program);

withCommon(
  program
    .command('explain')
    .description('show where each column comes from, up to the cards')
    .argument('<pipeline>')
    .option('--svg <file>', 'draw it to a file'),
  `  tributary explain crime
  tributary explain banks --svg banks.svg`,
).action(
  act(async (name: string, options: CommonOptions) => {
    const { explainCommand } = await import('./commands/explain.ts');
    return explainCommand(name, options);
  }),
);

withCommon(
  withStage(program.command('rollback'))
    .description('take back a run: all its tables at once')
    .argument('<pipeline>')
    .argument('[run]', 'its id; the last published without'),
  '  tributary rollback crime',
).action(
  act(async (name: string, run: string | undefined, options: CommonOptions) => {
    const { rollbackCommand } = await import('./commands/rollback.ts');
    return rollbackCommand(name, run, options);
  }),
);

withCommon(
  program
    .command('clean')
    .description('remove snapshots, landed bytes and rejects beyond retention')
    .argument('[pipelines...]', 'their names; all without')
    .option(
      '--keep <n>',
      'the last published runs that can be rolled back',
      countOrNone,
    )
    .option(
      '--older-than <time>',
      'nothing younger goes: 12h, 30d, 2w',
      duration,
    )
    .option('--dry-run', 'list what would go and why; remove nothing'),
  `  tributary clean --dry-run
  tributary clean loans --keep 3 --older-than 7d

What is within either bound stays. Without the options, the definition's
retention counts: 5 runs and 30 days if it says nothing.`,
).action(
  act(async (names: string[], options: CommonOptions) => {
    const { cleanCommand } = await import('./commands/clean.ts');
    return cleanCommand(names, options);
  }),
);

withCommon(
  program.command('tables').description('list the published tables'),
  '  tributary tables --lake /data/lake',
).action(
  act(async (options: CommonOptions) => {
    const { tablesCommand } = await import('./commands/tables.ts');
    return tablesCommand(options);
  }),
);

withCommon(
  withStage(program.command('sql'))
    .description('ask the published tables, <database>.<table>')
    .argument('<query>')
    .addOption(
      new Option('--format <format>').choices(FORMATS).default('table'),
    ),
  `  tributary sql "SELECT count(*) FROM loans.loans"
  tributary sql "SELECT * FROM ops.checks WHERE NOT passed" --format csv`,
).action(
  act(async (query: string, options: CommonOptions) => {
    const { sqlCommand } = await import('./commands/sql.ts');
    return sqlCommand(query, options as Parameters<typeof sqlCommand>[1]);
  }),
);

withCommon(
  program
    .command('render')
    .description('draw dashboards as SVG and PNG')
    .argument('[pipelines...]', 'their names; all without')
    .option('--out <dir>', 'where to', 'pictures')
    .option(
      '--filter <name=value...>',
      'narrow them: name=from..to for days, name=a,b for texts',
    ),
  `  tributary render --out pictures
  tributary render crime --filter type=THEFT,BURGLARY`,
).action(
  act(async (names: string[], options: CommonOptions) => {
    const { renderCommand } = await import('./commands/render.ts');
    return renderCommand(names, options as Parameters<typeof renderCommand>[1]);
  }),
);

withCommon(
  program
    .command('new')
    .description('write a new pipeline: definition, SQL, sample, expected rows')
    .argument('<pipeline>', 'its name')
    .option('--from <file>', 'take the columns of a CSV, JSON or Parquet file')
    .addOption(
      new Option('--kind <kind>', 'the kind of its source')
        .choices(['csv', 'json', 'parquet', 'rest', 'mysql', 'values', 'files'])
        .conflicts('from'),
    )
    .addOption(
      new Option('--period <period>', 'what one run is for').choices([
        'snapshot',
        'day',
        'month',
      ]),
    )
    .option('--title <title>', 'what it is about'),
  `  tributary new visits --from visits.csv
  tributary new rates --kind rest --title "Exchange rates"

On a terminal it asks for what the options do not say.`,
).action(
  act(async (name: string, options: CommonOptions) => {
    const { newCommand } = await import('./commands/new.ts');
    return newCommand(name, options);
  }),
);

withCommon(
  program
    .command('validate')
    .description('find all that is wrong with definitions')
    .argument('[pipelines...]'),
  '  tributary validate loans',
).action(
  act(async (names: string[], options: CommonOptions) => {
    const { validateCommand } = await import('./commands/validate.ts');
    return validateCommand(names, options);
  }),
);

/** Settles when the command is over. */
export const done: Promise<void> = parse(program);
