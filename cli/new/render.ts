import { type Draft, type DraftColumn, quoted } from './draft.ts';

const WIDTH = 80;

/** A list as Biome writes it: on one line where it fits. */
const wrapped = (
  indent: string,
  open: string,
  items: readonly string[],
  close: string,
  blank = '',
): string => {
  const line = `${indent}${open}${blank}${items.join(', ')}${blank}${close}`;
  if (line.length <= WIDTH) return line;
  const lines = items.map((item) => `${indent}  ${item},\n`).join('');
  return `${indent}${open}\n${lines}${indent}${close}`;
};

const nameOfType = ({ type, options = [] }: DraftColumn) => {
  if (options.includes('originPath')) return 'originPath';
  return type.replace(/\(.*/, '');
};

const typed = (
  column: DraftColumn,
  options: readonly string[],
): readonly [string, readonly string[]] => {
  const digits = /\((\d+),(\d+)\)/.exec(column.type)?.slice(1) ?? [];
  const inside = options.length > 0 ? [`{ ${options.join(', ')} }`] : [];
  return [nameOfType(column), [...digits, ...inside]];
};

const columnLine = (
  indent: string,
  column: DraftColumn,
  options: readonly string[],
): string => {
  const [type, args] = typed(column, options);
  const line = `${indent}${column.name}: ${type}(${args.join(', ')}),`;
  if (line.length <= WIDTH) return line;
  const digits = args
    .slice(0, -1)
    .map((arg) => `${arg}, `)
    .join('');
  const lines = options.map((option) => `${indent}  ${option},\n`).join('');
  return `${indent}${column.name}: ${type}(${digits}{\n${lines}${indent}}),`;
};

const columnLines = (
  indent: string,
  columns: readonly DraftColumn[],
  isInput: boolean,
) =>
  columns
    .map((column) => {
      const options = (column.options ?? []).filter((o) => o !== 'originPath');
      const plain = isInput ? column : { ...column, options: [] };
      return columnLine(indent, plain, isInput ? options : []);
    })
    .join('\n');

const importLine = (draft: Draft, core: string): string => {
  const types = draft.columns.flatMap((column) => {
    const [type] = typed(column, []);
    return [type, column.type.replace(/\(.*/, '')];
  });
  const names = new Set([
    draft.kind,
    ...types,
    'definePipeline',
    'rowCount',
    'table',
  ]);
  const sorted = [...names].sort((a, b) =>
    a.toLowerCase() < b.toLowerCase() ? -1 : 1,
  );
  return wrapped('', 'import {', sorted, `} from ${quoted(core)};`, ' ');
};

const names = (list: readonly string[]) =>
  `[${list.map((name) => quoted(name)).join(', ')}]`;

/** `pipeline.ts`, formatted as Biome would. */
export const renderPipeline = (draft: Draft, core: string): string => {
  const { name, title, kind, period, files, options, recording, newest } =
    draft;
  const source = [
    ...(recording ? [] : [`files: ${quoted(files)}`]),
    ...options,
  ];
  const recorded = recording
    ? [`recording: { ${[`files: ${quoted(files)}`, ...recording].join(', ')} }`]
    : [];
  const lines = (list: readonly string[]) =>
    list.map((line) => `  ${line},\n`).join('');
  const tableOptions = [
    ...(newest === undefined ? [] : ["mode: 'merge'"]),
    ...(draft.key.length > 0 ? [`key: ${names(draft.key)}`] : []),
    ...(newest === undefined ? [] : [`newest: ${quoted(newest)}`]),
    ...(draft.key.length > 0 ? [`sortBy: ${names(draft.key)}`] : []),
  ];
  return `${importLine(draft, core)}

const input = ${kind}(${quoted(`${name}_input`)}, {
${lines(source)}  columns: {
${columnLines('    ', draft.columns, true)}
  },
${lines(recorded)}});

const rows = table(${quoted(name)}, {
${lines(tableOptions)}  columns: {
${columnLines('    ', draft.columns, false)}
  },
});

export default definePipeline({
  name: ${quoted(name)},
  title: ${quoted(title)},
  period: ${quoted(period)},
  schedule: 'cron(0 6 * * ? *)',
  sources: [input],
  tables: [rows],
  checks: [rowCount(rows, { min: 1 })],
});
`;
};

/** The SELECT of its table. */
export const renderSql = ({ name, columns }: Draft): string =>
  `SELECT\n${columns.map((c) => `  ${c.name}`).join(',\n')}\nFROM ${name}_input\n`;

const csvField = (value: string | null) =>
  value === null
    ? ''
    : /[",\n\r]/.test(value)
      ? `"${value.replaceAll('"', '""')}"`
      : value;

/** The rows that the sample must give. */
export const renderExpected = ({ columns, rows }: Draft): string =>
  [columns.map(({ name }) => name), ...rows]
    .map((row) => `${row.map(csvField).join(',')}\n`)
    .join('');

export const renderReadme = ({
  name,
  title,
  kind,
  columns,
}: Draft): string => `# ${name}

${title}. What question does it answer, for whom, and how fresh must it be?

- Source \`${name}_input\` (${kind}): where do the data come from, and under which
  licence? \`sample/\` has the first records.
- Table \`${name}\`: ${columns.map((c) => `\`${c.name}\``).join(', ')}.
`;
