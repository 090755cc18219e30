import { badRowCondition } from '../../core/checkSql.ts';
import { TributaryError, within } from '../../core/errors.ts';
import {
  distinctFields,
  type Field,
  type PlanLineage,
  type RelationKind,
  type RelationLineage,
  type RowField,
  type RowUse,
} from '../../core/lineage.ts';
import type { Plan, PlanSource, PlanSql, PlanTable } from '../../core/plan.ts';
import { type Database, openDatabase } from '../database.ts';
import { duckType } from '../sql.ts';
import { type Relations, selectLineage } from './selectLineage.ts';

/** The one row that every SELECT can join: see `runRelation`. */
const RUN: Relations[number] = {
  name: 'run',
  columns: [
    { name: 'run_id', type: 'VARCHAR' },
    { name: 'run_date', type: 'DATE' },
    { name: 'period_first', type: 'DATE' },
    { name: 'period_last', type: 'DATE' },
    { name: 'run_year', type: 'INTEGER' },
    { name: 'run_month', type: 'INTEGER' },
  ],
};

const relationOf = ({ name, columns }: PlanSource | PlanTable) => ({
  name,
  columns: columns.map((column) => ({
    name: column.name,
    type: duckType(column.type),
  })),
});

const used = (fields: readonly Field[], use: RowUse): RowField[] =>
  distinctFields(fields).map((field) => ({ ...field, uses: [use] }));

/** The same field decides by all its uses. */
const joined = (rows: readonly RowField[]): RowField[] =>
  distinctFields(rows).map((field) => ({
    ...field,
    uses: [
      ...new Set(
        rows
          .filter(
            (r) => r.relation === field.relation && r.column === field.column,
          )
          .flatMap(({ uses }) => uses),
      ),
    ],
  }));

/** The columns that a condition of a source reads. */
const conditionFields = async (
  db: Database,
  source: PlanSource,
  condition: string,
): Promise<readonly Field[]> => {
  const sql = `SELECT * FROM ${source.name} WHERE ${condition}`;
  return (await selectLineage(db, sql, [relationOf(source)])).rows;
};

/** Input columns become columns of a source; conditions decide over records. */
const sourceLineage = async (
  db: Database,
  plan: Plan,
  source: PlanSource,
): Promise<RelationLineage> => {
  const { name, keep, oneRowPer, period } = source;
  const own = (columns: readonly (string | undefined)[]) =>
    columns.flatMap((column) =>
      column === undefined ? [] : [{ relation: name, column }],
    );
  const aside = plan.checks
    .filter((c) => c.relation === name && c.severity === 'quarantine')
    .flatMap(({ rule }) => badRowCondition(rule) ?? []);
  const asideFields = await Promise.all(
    aside.map((where) => conditionFields(db, source, where)),
  );
  return {
    kind: 'source',
    name,
    columns: source.columns.map(({ name: column }) => ({
      column,
      derivation: 'as it is',
      from: [],
    })),
    rows: joined([
      ...used(keep ? await conditionFields(db, source, keep) : [], 'filter'),
      ...used(own([period]), 'filter'),
      ...used(
        own(oneRowPer ? [...oneRowPer.key, oneRowPer.newest] : []),
        'key',
      ),
      ...used(asideFields.flat(), 'quarantine'),
    ]),
    reads: [],
  };
};

/** A merge keeps one row for each key: what its key is made of decides. */
const keyFields = (
  { mode, key, newest }: PlanTable,
  { columns }: Pick<RelationLineage, 'columns'>,
): RowField[] => {
  if (mode !== 'merge') return [];
  const names = [...key, ...(newest === undefined ? [] : [newest])];
  const made = columns.filter(({ column }) => names.includes(column));
  return used(
    made.flatMap(({ from }) => from),
    'key',
  );
};

/**
 * Where every column of a pipeline's tables, saved queries and cards comes
 * from, and what decides over their rows.
 * @throws TableError with the file of a SELECT that cannot be told.
 */
export const planLineage = async (
  plan: Plan,
  spillDir: string,
): Promise<PlanLineage> => {
  const db = await openDatabase({ spillDir });
  const relations: RelationLineage[] = [];
  const select = async (
    kind: RelationKind,
    name: string,
    sql: PlanSql,
    readable: Relations,
  ): Promise<RelationLineage> => {
    try {
      return { kind, name, ...(await selectLineage(db, sql.text, readable)) };
    } catch (error) {
      if (!(error instanceof TributaryError)) throw error;
      throw within(error, { pipeline: plan.pipeline, file: sql.file });
    }
  };
  try {
    for (const source of plan.sources)
      relations.push(await sourceLineage(db, plan, source));
    const readable = [RUN, ...plan.sources.map(relationOf)];
    for (const table of plan.tables) {
      const made = await select('table', table.name, table.sql, readable);
      const rows = joined([...made.rows, ...keyFields(table, made)]);
      relations.push({ ...made, rows });
      readable.push(relationOf(table));
    }
    const published = plan.tables.map(relationOf);
    for (const { name, sql } of plan.queries)
      relations.push(await select('query', name, sql, published));
    for (const { title, sql } of plan.dashboard)
      relations.push(await select('card', title, sql, published));
    return { pipeline: plan.pipeline, relations };
  } finally {
    db.close();
  }
};
