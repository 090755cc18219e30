import type { Filter, FilterTarget } from '../../core/filter.ts';
import type { Plan, PlanSql } from '../../core/plan.ts';

/** A variable of a question's SQL. */
export interface Tag {
  readonly name: string;
  readonly title: string;
  readonly type: 'text' | 'date';
}

export interface QuestionSql {
  readonly native: string;
  readonly tags: readonly Tag[];
}

/** The variables that a filter becomes: a range of days has two. */
export const tagsOf = ({ name, title, kind }: Filter): Tag[] =>
  kind === 'text'
    ? [{ name, title, type: 'text' }]
    : [
        { name: `${name}_from`, title: `${title}, from`, type: 'date' },
        { name: `${name}_to`, title: `${title}, to`, type: 'date' },
      ];

/** Optional parts, which Metabase leaves out while a variable is not set. */
const condition = ({ name, kind }: Filter, { column }: FilterTarget) =>
  kind === 'text'
    ? [`[[AND ${column} = {{${name}}}]]`]
    : [
        `[[AND ${column} >= CAST({{${name}_from}} AS DATE)]]`,
        // Both days are in, also of a column that has a time.
        `[[AND ${column} < CAST({{${name}_to}} AS DATE) + INTERVAL '1' DAY]]`,
      ];

const names = (text: string, word: string) =>
  new RegExp(`\\b${word}\\b`).test(text);

/** PostgreSQL has no type DOUBLE, and rounds no other floats to places. */
const forPostgres = (sql: string) =>
  sql.replace(/\bAS\s+DOUBLE\s*\)/gi, 'AS NUMERIC)');

/**
 * A card's SELECT as a native question, on PostgreSQL and Athena alike: before
 * it, each of its tables by its whole name, narrowed by the dashboard's filters.
 */
export const questionSql = (
  { pipeline, tables, filters = [] }: Plan,
  { text, athena }: PlanSql,
  engine: 'athena' | 'postgres',
  schemaPrefix = '',
): QuestionSql => {
  const sql = engine === 'athena' ? (athena ?? text) : forPostgres(text);
  const used = tables.filter(({ name }) => names(sql, name));
  const narrowing = (table: string) =>
    filters.flatMap((filter) =>
      filter.on
        .filter((target) => target.table === table)
        .flatMap((target) => condition(filter, target)),
    );
  const named = used.map(({ name }) => {
    const where = narrowing(name);
    const narrowed = where.length ? ` WHERE 1 = 1 ${where.join(' ')}` : '';
    return `${name} AS (SELECT * FROM ${schemaPrefix}${pipeline}.${name}${narrowed})`;
  });
  // Within a subquery the order of rows would not be kept.
  const own = /^\s*WITH\s+/i.exec(sql)?.[0];
  const native =
    named.length === 0
      ? sql
      : own
        ? `WITH ${named.join(',\n')},\n${sql.slice(own.length)}`
        : `WITH ${named.join(',\n')}\n${sql}`;
  return {
    native,
    tags: filters
      .flatMap(tagsOf)
      .filter(({ name }) => native.includes(`{{${name}}}`)),
  };
};
