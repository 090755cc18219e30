import type { PlanColumn } from '../../core/plan.ts';
import { ident, text } from '../sql.ts';
import type { Bounds, ColumnSql } from './columnSql.ts';

/** A column of the source and how it is read. */
export interface DecodedColumn {
  readonly column: PlanColumn;
  readonly sql: ColumnSql;
}

/** What to select from, and what more of it the decoded rows must carry. */
export interface RawRelation {
  readonly from: string;
  /** Columns with names that begin with `_`, such as the record's place. */
  readonly carry: Readonly<Record<string, string>>;
  /** Why the record as a whole does not decode; NULL where it does. */
  readonly broken?: string;
}

/**
 * The SELECT that decodes: the typed columns, those carried, and
 * `_bad`, the first column that does not decode, with `_value`, its input; `*`
 * and the reason where the record as a whole does not.
 * In four layers, so that no expression is computed or planned twice.
 */
export const decodeSelect = (
  columns: readonly DecodedColumn[],
  raw: RawRelation,
): string => {
  const carried = Object.keys(raw.carry);
  const inner = [
    ...columns.map(({ sql }, i) => `${sql.input} AS t${i}`),
    ...carried.map((name) => `${raw.carry[name]} AS ${name}`),
    ...(raw.broken ? [`${raw.broken} AS broken`] : []),
  ];
  const middle = columns.map(({ sql }, i) => `${sql.value(`t${i}`)} AS v${i}`);
  const outer = columns.flatMap(({ column, sql }, i) => [
    `v${i} AS ${ident(column.name)}`,
    ...(sql.allGood ? [`t${i} AS _t${i}`] : []),
  ]);
  const judged = columns.flatMap(({ column, sql }, i) =>
    sql.bad ? [{ i, column, when: sql.bad(`t${i}`, `v${i}`) }] : [],
  );
  const NONE = 'CAST(NULL AS VARCHAR)';
  const cases = [
    ...(raw.broken ? ["WHEN broken IS NOT NULL THEN '*'"] : []),
    ...judged.map(
      ({ column, when }) => `WHEN ${when} THEN ${text(column.name)}`,
    ),
  ];
  const values = [
    ...(raw.broken ? ["WHEN '*' THEN broken"] : []),
    ...judged.map(
      ({ column, i }) =>
        `WHEN ${text(column.name)} THEN CAST(t${i} AS VARCHAR)`,
    ),
  ];
  const bad = cases.length > 0 ? `CASE ${cases.join(' ')} END` : NONE;
  const value = values.length > 0 ? `CASE _bad ${values.join(' ')} END` : NONE;
  return (
    `SELECT ${[...outer, ...carried].join(', ')}, ` +
    `_bad, ${value} AS _value ` +
    `FROM (SELECT *, ${bad} AS _bad ` +
    `FROM (SELECT *, ${middle.join(', ')} ` +
    `FROM (SELECT ${inner.join(', ')} FROM ${raw.from})))`
  );
};

/**
 * An aggregate that is true only where no row of the relation is bad, where
 * every column that can be bad has one.
 */
export const allGoodOf = (
  columns: readonly DecodedColumn[],
  bounds: ReadonlyMap<string, Bounds>,
): string | undefined => {
  const judged = columns.map(({ column, sql }, i) => ({ column, sql, i }));
  const tests = judged.filter(({ sql }) => sql.bad);
  if (!tests.every(({ sql }) => sql.allGood)) return undefined;
  const all = tests.map(({ column, sql, i }) =>
    sql.allGood?.(`_t${i}`, bounds.get(column.name)),
  );
  return all.join(' AND ') || 'true';
};
