import { UsageError } from './errors.ts';
import type { Filter, FilterTarget, FilterValue } from './filter.ts';
import { parseDay } from './period.ts';

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;

const dayAfter = (day: string) => {
  const next = parseDay(day);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
};

/** @throws UsageError where the text is no day. */
const moment = (day: string, { type }: FilterTarget) => {
  parseDay(day);
  return type === 'date' ? `DATE '${day}'` : `TIMESTAMP '${day} 00:00:00'`;
};

const condition = (target: FilterTarget, value: FilterValue): string => {
  const { column } = target;
  if ('values' in value)
    return value.values.length > 0
      ? `${column} IN (${value.values.map(quoted).join(', ')})`
      : '1 = 0';
  const { from, to } = value;
  return [
    ...(from ? [`${column} >= ${moment(from, target)}`] : []),
    ...(to ? [`${column} < ${moment(dayAfter(to), target)}`] : []),
  ].join(' AND ');
};

/**
 * A card's SELECT over narrowed tables: each table that a set filter is on is
 * put before it, under its own name.
 * @param database where the tables are, by their whole name.
 * @throws UsageError for a value that is no day.
 */
export const filterSql = (
  sql: string,
  database: string,
  filters: readonly Filter[],
  values: Readonly<Record<string, FilterValue>>,
): string => {
  const narrowed = new Map<string, string[]>();
  for (const { name, kind, on } of filters) {
    const value = values[name];
    if (!value) continue;
    if ('values' in value !== (kind === 'text'))
      throw new UsageError(`filter ${name} takes ${kind}`);
    for (const target of on) {
      const where = condition(target, value);
      const { table } = target;
      if (where) narrowed.set(table, [...(narrowed.get(table) ?? []), where]);
    }
  }
  if (narrowed.size === 0) return sql;
  const tables = [...narrowed].map(
    ([table, where]) =>
      `${table} AS (SELECT * FROM ${database}.${table} ` +
      `WHERE ${where.join(' AND ')})`,
  );
  return `WITH ${tables.join(', ')}\nSELECT * FROM (\n${sql}\n) AS card`;
};
