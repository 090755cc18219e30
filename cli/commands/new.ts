import { relative, resolve } from 'node:path';
import { DefinitionError, UsageError } from '../../core/errors.ts';
import type { PeriodKind } from '../../core/period.ts';
import type { SourceKind } from '../../core/source.ts';
import { validatePlan } from '../../engine/validate/validatePlan.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { type Draft, requireName } from '../new/draft.ts';
import { exampleOf, KINDS } from '../new/examples.ts';
import { sniff } from '../new/sniff.ts';
import { writeFolder } from '../new/writeFolder.ts';

export interface NewOptions extends CommonOptions {
  readonly kind?: SourceKind;
  readonly from?: string;
  readonly period?: PeriodKind;
  readonly title?: string;
}

type Answers = Pick<NewOptions, 'kind' | 'from' | 'period' | 'title'>;

/** Asks for what the options do not say; without a terminal nobody answers. */
const ask = async (name: string, given: NewOptions): Promise<Answers> => {
  const { kind, from, period, title } = given;
  if (kind !== undefined || from !== undefined) return given;
  if (!process.stdin.isTTY || given.json)
    throw new UsageError('say what its source is: --kind or --from');
  const { input, select } = await import('@inquirer/prompts');
  const known = Object.entries(KINDS) as [SourceKind, string][];
  const file = await input({
    message: 'A CSV, JSON or Parquet file to take the columns of (none: Enter)',
  });
  return {
    ...(file
      ? { from: file }
      : {
          kind: await select({
            message: 'What is its source?',
            choices: known.map(([value, text]) => ({
              value,
              name: `${value}: ${text}`,
            })),
          }),
        }),
    title: title ?? (await input({ message: 'Its title', default: name })),
    period:
      period ??
      (await select<PeriodKind>({
        message: 'What is one run for?',
        choices: [
          { value: 'snapshot', name: 'all there is, as of a day' },
          { value: 'day', name: 'a day' },
          { value: 'month', name: 'a month' },
        ],
      })),
  };
};

const draftOf = async (name: string, answers: Answers): Promise<Draft> => {
  const { kind = 'csv', from, title = name } = answers;
  const input =
    from === undefined ? await exampleOf(kind, name) : await sniff(from);
  const period = answers.period ?? (kind === 'mysql' ? 'day' : 'snapshot');
  return { ...input, name, title, period, date: '2024-03-31' };
};

/** Writes the folder of a new pipeline that validates, tests and runs at once. */
export const newCommand = async (
  name: string,
  options: NewOptions,
): Promise<number> => {
  requireName(name);
  const { definitions } = platformOf(options);
  const pipelines = resolve(options.pipelines);
  if ((await definitions.names().catch((): string[] => [])).includes(name))
    throw new UsageError(`there is a pipeline "${name}" already`);
  const draft = await draftOf(name, await ask(name, options));
  const files = await writeFolder(draft, pipelines);
  const faults = await validatePlan(await definitions.plan(name));
  if (faults.length > 0) throw new DefinitionError(name, faults);
  if (options.json) {
    console.log(JSON.stringify({ pipeline: name, pipelines, files }, null, 1));
    return EXIT.ok;
  }
  const shown = relative(process.cwd(), pipelines) || '.';
  console.log(files.map((file) => `${shown}/${name}/${file}`).join('\n'));
  if (draft.leftOut && draft.leftOut.length > 0)
    console.log(
      `\nLeft out, as lists and structures have no type here: ${draft.leftOut.join(', ')}`,
    );
  console.log(`\nIt runs: tributary run ${name}`);
  return EXIT.ok;
};
