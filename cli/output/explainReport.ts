import { styleText } from 'node:util';
import {
  type ColumnLineage,
  type Field,
  type PlanLineage,
  type RelationLineage,
  rowOrigins,
  valueOrigins,
} from '../../core/lineage.ts';
import type { Plan } from '../../core/plan.ts';

const nameOf = ({ relation, column }: Field) => `${relation}.${column}`;
const listOf = (fields: readonly Field[]) => fields.map(nameOf).join(', ');

const NOTES = {
  'as it is': '',
  cast: '  (another type)',
  computed: '  (computed)',
  aggregated: '  (over several rows)',
} as const;

/** One column: what it is made of, and where that is from in the end. */
const columnLine = (
  lineage: PlanLineage,
  column: ColumnLineage,
  width: number,
): string => {
  const origins = valueOrigins(lineage, column);
  const [near, far] = [listOf(column.from), listOf(origins)];
  const name = column.column.padEnd(width);
  if (!near)
    return column.derivation === 'aggregated'
      ? `    ${name}  ← a count of rows`
      : `    ${name}  ← no column`;
  const back = far && far !== near ? styleText('dim', `  ← ${far}`) : '';
  return `    ${name}  ← ${near}${back}${NOTES[column.derivation]}`;
};

const rowsLine = ({ rows }: RelationLineage): string[] =>
  rows.length === 0
    ? []
    : [
        `    rows: by ${rows
          .map((field) => `${nameOf(field)} (${field.uses.join(', ')})`)
          .join(', ')}`,
      ];

const inputLines = (plan: Plan, name: string): string[] => {
  const source = plan.sources.find((one) => one.name === name);
  const renamed = (source?.columns ?? []).flatMap((column) =>
    column.from === undefined || column.from === column.name
      ? []
      : [`${column.name} ← "${column.from}"`],
  );
  const names = source?.columns.map((column) => column.name) ?? [];
  return [
    `    columns: ${names.join(', ')}`,
    ...(renamed.length > 0 ? [`    in the input: ${renamed.join(', ')}`] : []),
  ];
};

const relationLines = (
  plan: Plan,
  lineage: PlanLineage,
  one: RelationLineage,
): string[] => {
  const width = Math.max(...one.columns.map(({ column }) => column.length));
  const from = one.reads.length > 0 ? ` from ${one.reads.join(', ')}` : '';
  const head = `  ${styleText('bold', one.name)}${from}`;
  const columns =
    one.kind === 'source'
      ? inputLines(plan, one.name)
      : one.columns.map((column) => columnLine(lineage, column, width));
  return [head, ...columns, ...rowsLine(one), ''];
};

const SECTIONS = [
  ['source', 'Sources'],
  ['table', 'Tables'],
  ['query', 'Saved queries'],
  ['card', 'Cards'],
] as const;

/** Lineage of a pipeline as text. */
export const explainReport = (plan: Plan, lineage: PlanLineage): string =>
  [
    styleText('bold', `${plan.pipeline}: ${plan.title}`),
    '',
    ...SECTIONS.flatMap(([kind, title]) => {
      const some = lineage.relations.filter((one) => one.kind === kind);
      return some.length === 0
        ? []
        : [
            styleText('underline', title),
            ...some.flatMap((one) => relationLines(plan, lineage, one)),
          ];
    }),
  ].join('\n');

/** Lineage for machines: each column with its step back and its origins. */
export const explainJson = (plan: Plan, lineage: PlanLineage) => ({
  pipeline: plan.pipeline,
  title: plan.title,
  relations: lineage.relations.map((one) => ({
    kind: one.kind,
    name: one.name,
    reads: one.reads,
    columns: one.columns.map((column) => ({
      ...column,
      origins: valueOrigins(lineage, column),
    })),
    rows: one.rows,
    rowOrigins: rowOrigins(lineage, one),
  })),
});
