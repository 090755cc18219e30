import type {
  ColumnUseContext,
  ColumnUseReferenceFact,
  LineageNode,
  QueryAnalysis,
} from '@polyglot-sql/sdk';
import { TableError } from '../../core/errors.ts';
import {
  type ColumnLineage,
  type Derivation,
  distinctFields,
  type Field,
  type RowField,
  type RowUse,
  type SelectLineage,
} from '../../core/lineage.ts';
import type { Database } from '../database.ts';
import { canonicalSql } from './canonicalSql.ts';
import { unwrapBranches } from './unwrapBranches.ts';

/** What a SELECT may read: names of relations with their columns. */
export type Relations = readonly {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}[];

/** Loaded when it is asked for: a run needs none of it, and it is large. */
const library = () => import('@polyglot-sql/sdk');
type Library = Awaited<ReturnType<typeof library>>;

const DIALECT = 'duckdb';

const USES: Readonly<Record<ColumnUseContext, RowUse>> = {
  join: 'join',
  filter: 'filter',
  having: 'filter',
  qualify: 'filter',
  set_operation_filter: 'filter',
  group: 'group',
  order: 'order',
  aggregate_order: 'order',
  window_partition: 'window',
  window_order: 'window',
  window_frame: 'window',
};

type Reference = Omit<ColumnUseReferenceFact, 'span'>;

/**
 * The field that a reference names; none for a value that a subquery counts.
 * @throws TableError where the library cannot tell: a guess would be a lie.
 */
const fieldOf = (reference: Reference, relations: Relations): Field[] => {
  const { sourceKind, confidence, table, column } = reference;
  if (sourceKind === 'derived_table' || sourceKind === 'cte') return [];
  const lower = (name: string) => name.toLowerCase();
  const relation = relations.find(
    ({ name }) => lower(name) === lower(table ?? ''),
  );
  const known = relation?.columns.find(
    ({ name }) => lower(name) === lower(column),
  );
  if (confidence !== 'resolved' || !relation || !known)
    throw new TableError(
      `its lineage cannot be told: where does "${column}" come from?`,
      { column },
    );
  return [{ relation: relation.name, column: known.name }];
};

const fieldsOf = (references: readonly Reference[], relations: Relations) =>
  distinctFields(references.flatMap((one) => fieldOf(one, relations)));

const stepOf = ({ ast }: Library, { expression }: LineageNode): Derivation => {
  const value = ast.isAlias(expression) ? expression.alias.this : expression;
  if (ast.isColumn(value)) return 'as it is';
  if (ast.hasAggregates(value)) return 'aggregated';
  const isCast = ast.isCast(value) && ast.isColumn(value.cast.this);
  return isCast ? 'cast' : 'computed';
};

const RANK: readonly Derivation[] = [
  'as it is',
  'cast',
  'computed',
  'aggregated',
];

/** The strongest of all steps from the relations that are read. */
const derivationOf = (lib: Library, node: LineageNode): Derivation => {
  if (node.source_kind === 'table') return 'as it is';
  const steps = [
    stepOf(lib, node),
    ...node.downstream.map((one) => derivationOf(lib, one)),
  ];
  return (
    RANK[Math.max(...steps.map((step) => RANK.indexOf(step)))] ?? 'computed'
  );
};

const rowFields = (
  analysis: QueryAnalysis,
  relations: Relations,
): RowField[] => {
  const all = (reads: readonly string[]) =>
    relations
      .filter(({ name }) => reads.includes(name))
      .flatMap(({ name, columns }) =>
        columns.map((column) => ({ relation: name, column: column.name })),
      );
  const uses = new Map<string, RowField>();
  const add = (fields: readonly Field[], use: RowUse) => {
    for (const { relation, column } of fields) {
      const key = `${relation}.${column}`;
      const before = uses.get(key)?.uses ?? [];
      uses.set(key, { relation, column, uses: [...new Set([...before, use])] });
    }
  };
  for (const { context, expressionSql, references } of analysis.columnUses ??
    [])
    add(
      // DISTINCT of a star: the library does not expand it here.
      expressionSql === '*'
        ? all(analysis.baseTables.map(({ name }) => name))
        : fieldsOf(references, relations),
      USES[context],
    );
  for (const { all: keepsAll, branches } of analysis.setOperations)
    if (!keepsAll)
      for (const { upstream } of branches.flatMap((one) => one.projections))
        add(fieldsOf(upstream, relations), 'group');
  return [...uses.values()];
};

const withoutBrackets = (lib: Library, sql: string): string => {
  const { ast: tree } = lib.parse(sql, lib.Dialect.DuckDB);
  const written = lib.generate(unwrapBranches(tree), lib.Dialect.DuckDB);
  return written.sql?.[0] ?? sql;
};

/**
 * Where the columns of a SELECT come from, and what decides over its rows. The
 * engine parses the text; a library (polyglot-sql, after sqlglot) resolves it.
 * @throws TableError where it cannot be told.
 */
export const selectLineage = async (
  db: Database,
  sql: string,
  relations: Relations,
): Promise<SelectLineage> => {
  const lib = await library();
  const text = withoutBrackets(lib, await canonicalSql(db, sql));
  const tables = relations.map(({ name, columns }) => ({
    name,
    columns: columns.map((column) => ({ ...column })),
  }));
  const schema = { tables, strict: true };
  const { analysis, error } = lib.analyzeQuery(text, {
    dialect: DIALECT,
    schema,
  });
  if (!analysis) throw new TableError(`its lineage cannot be told: ${error}`);
  const columns = analysis.projections.map((projection, i): ColumnLineage => {
    const { lineage } = lib.lineageAtWithSchema(i, text, schema, DIALECT);
    return {
      column: projection.name ?? `column ${i + 1}`,
      derivation: lineage ? derivationOf(lib, lineage) : 'computed',
      from: fieldsOf(projection.upstream, relations),
    };
  });
  const reads = new Set(
    analysis.baseTables.map(({ name }) => name.toLowerCase()),
  );
  return {
    columns,
    rows: rowFields(analysis, relations),
    reads: relations
      .map(({ name }) => name)
      .filter((name) => reads.has(name.toLowerCase())),
  };
};
