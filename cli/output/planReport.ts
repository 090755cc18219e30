import { styleText } from 'node:util';
import { structuredPatch } from 'diff';
import type { DefinitionChange } from '../../core/planChanges.ts';
import type {
  BeforeAfter,
  Preview,
  TablePreview,
} from '../../functions/preview/preview.ts';
import { shownBytes } from './bytes.ts';
import { schemaLines } from './schemaLines.ts';
import { alignTable } from './table.ts';

const SIGN = { added: '+', removed: '-', changed: '~' } as const;
const COLOUR = { '+': 'green', '-': 'red', '~': 'yellow', '!': 'red' } as const;
type Sign = keyof typeof COLOUR;

const coloured = (sign: string, text: string) =>
  sign in COLOUR ? styleText(COLOUR[sign as Sign], text) : text;

const indent = (lines: readonly string[], by: number) =>
  lines.map((line) => (line ? `${' '.repeat(by)}${line}` : line));

/** The lines that differ, each with one line around it. */
const lineDiff = (before: string, after: string): string[] => {
  const { hunks } = structuredPatch('', '', before, after, '', '', {
    context: 1,
  });
  return hunks
    .flatMap(({ lines }, i) => (i > 0 ? ['  …', ...lines] : lines))
    .filter((line) => !line.startsWith('\\'))
    .map((line) =>
      coloured(line.slice(0, 1), `${line.slice(0, 1)} ${line.slice(1)}`),
    );
};

const describeChange = (change: DefinitionChange): string[] => {
  const { kind, part, name, before, after } = change;
  const sign = SIGN[kind];
  const what =
    part === 'pipeline' ? name : `${part === 'sql' ? 'SQL of' : part} ${name}`;
  if (part === 'sql' && kind === 'changed')
    return [
      coloured(sign, `${sign} ${what}`),
      ...indent(lineDiff(before ?? '', after ?? ''), 4),
    ];
  const values =
    part === 'sql' ? [] : [before, after].filter((v) => v !== undefined);
  const detail = values.length > 0 ? `: ${values.join(' → ')}` : '';
  return [coloured(sign, `${sign} ${what}${detail}`)];
};

const arrow = ({ before, after }: BeforeAfter, show: (n: number) => string) =>
  before === after ? show(after) : `${show(before)} → ${show(after)}`;

const whole = (n: number) => n.toLocaleString('en-GB');

const signed = (sign: string, n: number) => (n === 0 ? '0' : sign + whole(n));

/** Which columns changed, the ones with most rows first. */
const changedColumns = ({ rows }: TablePreview) => {
  const columns = Object.entries(rows.columns).sort(([, a], [, b]) => b - a);
  const shown = columns.slice(0, 4).map(([name, n]) => `${name} ${whole(n)}`);
  return [...shown, ...(columns.length > 4 ? ['…'] : [])].join(', ');
};

const note = (table: TablePreview) =>
  table.change === 'new'
    ? 'new table'
    : table.rows.by === 'row'
      ? 'no common key: rows are compared whole'
      : changedColumns(table);

const dataLines = (tables: readonly TablePreview[]): string[] => {
  const moved = tables.filter(({ change }) =>
    ['new', 'changed'].includes(change),
  );
  const named = (change: TablePreview['change']) =>
    tables.filter((t) => t.change === change).map(({ table }) => table);
  const rows = moved.map((table) => [
    table.table,
    arrow(table.rows, whole),
    signed('+', table.rows.added),
    signed('-', table.rows.removed),
    table.rows.by === 'key' ? signed('~', table.rows.changed) : '',
    arrow(table.files, whole),
    arrow(table.bytes, shownBytes),
    note(table),
  ]);
  const header = [
    'table',
    'rows',
    'added',
    'removed',
    'changed',
    'files',
    'bytes',
    '',
  ];
  return [
    ...(rows.length > 0 ? alignTable(header, rows).split('\n') : []),
    ...(named('same').length > 0
      ? [`same rows: ${named('same').join(', ')}`]
      : []),
    ...(named('kept').length > 0
      ? [
          `left alone, a newer snapshot is published: ${named('kept').join(', ')}`,
        ]
      : []),
  ];
};

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0
    ? [`  ${styleText('bold', title)}`, ...indent(lines, 4), '']
    : [];

const headline = (preview: Preview): string => {
  const { pipeline, period, published, changes, fails } = preview;
  const what = fails
    ? 'a run would fail, and publish nothing'
    : published === undefined
      ? 'nothing is published yet; a run would publish this'
      : changes
        ? 'a run would change this'
        : 'a run would change nothing';
  return styleText('bold', `${pipeline} ${period}: ${what}`);
};

const definitionLines = (preview: Preview): string[] =>
  preview.isDefinitionKnown || preview.published === undefined
    ? preview.definition.flatMap(describeChange)
    : [`the definition of run ${preview.published} is gone: not compared`];

const failLines = ({ fails }: Preview) =>
  fails ? `${fails.name}: ${fails.message}`.split('\n') : [];

const failedChecks = ({ checks }: Preview) =>
  checks.map(
    ({ severity, relation, check, badRows, detail }) =>
      `${severity}: ${relation}: ${check}: ${whole(badRows)} ` +
      `${badRows === 1 ? 'row' : 'rows'}${detail ? ` (${detail})` : ''}`,
  );

/** What a run of one pipeline would change, for a reader. */
export const planReport = (preview: Preview): string => {
  const breaks = preview.breaks.map(({ pipeline, reader, reason }) =>
    coloured('!', `! ${reader} of ${pipeline}: ${reason}`),
  );
  const schema = schemaLines(preview.sources).map((line) =>
    coloured('!', `! ${line}`),
  );
  if (!preview.changes && !preview.fails && schema.length === 0)
    return headline(preview);
  const parts = [
    ...section('Would fail', failLines(preview)),
    ...section('Definition', definitionLines(preview)),
    ...section('Schema of the input', schema),
    ...section('Data', dataLines(preview.tables)),
    ...section('Checks that do not pass', failedChecks(preview)),
    ...section('Would break', breaks),
  ];
  return [headline(preview), '', ...parts].join('\n');
};

/** The last line: how many would change, and what to do about it. */
export const planSummary = (
  previews: readonly Preview[],
  withData: boolean,
): string => {
  const moved = previews.filter(({ changes }) => changes);
  const of = `${previews.length} ${previews.length === 1 ? 'pipeline' : 'pipelines'}`;
  const told = withData ? '' : ' (data not compared)';
  if (moved.length === 0) return `Nothing would change in ${of}${told}.`;
  const names = moved.map(({ pipeline }) => pipeline).join(' ');
  return (
    `${moved.length} of ${of} would change${told}. Nothing was published: ` +
    `"tributary run ${names}" would do it.`
  );
};
