import type { CheckRule } from './check.ts';

/** A value as an SQL literal that every engine reads alike. */
const literal = (value: string | number | boolean) =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : `${value}`;

const any = (columns: readonly string[], test: string) =>
  columns.map((column) => `${column} ${test}`).join(' OR ');

/**
 * The condition that is true for a bad row, where a rule can be judged row by
 * row; else `undefined`.
 */
export const badRowCondition = (rule: CheckRule): string | undefined => {
  switch (rule.kind) {
    case 'notNull':
      return any(rule.columns, 'IS NULL');
    case 'accepted':
      return `${rule.column} NOT IN (${rule.values.map(literal).join(', ')})`;
    case 'range': {
      const { column, min, max } = rule;
      const below = min === undefined ? [] : [`${column} < ${literal(min)}`];
      const above = max === undefined ? [] : [`${column} > ${literal(max)}`];
      return [...below, ...above].join(' OR ') || undefined;
    }
    case 'badRows':
      return rule.where;
    default:
      return undefined;
  }
};

/**
 * The SELECT of a check's bad rows over its relation, in the SQL that every
 * engine reads; `undefined` for a rule about the table as a whole, which is
 * judged by its row count or newest value.
 */
export const checkSql = (
  relation: string,
  rule: CheckRule,
): string | undefined => {
  if (rule.kind === 'unique') {
    const columns = rule.columns.join(', ');
    return (
      `SELECT ${columns}, count(*) AS occurrences FROM ${relation} ` +
      `GROUP BY ${columns} HAVING count(*) > 1`
    );
  }
  if (rule.kind === 'references') {
    const { column, target, targetColumn } = rule;
    return (
      `SELECT a.${column} FROM (SELECT DISTINCT ${column} FROM ${relation} ` +
      `WHERE ${column} IS NOT NULL) a WHERE NOT EXISTS ` +
      `(SELECT 1 FROM ${target} b WHERE b.${targetColumn} = a.${column})`
    );
  }
  const condition = badRowCondition(rule);
  return condition && `SELECT * FROM ${relation} WHERE ${condition}`;
};
