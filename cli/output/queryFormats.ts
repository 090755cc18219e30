import type { QueryResult } from '../../engine/query/openLake.ts';
import { onOneLine } from './onOneLine.ts';
import { alignTable } from './table.ts';

export type Format = 'table' | 'csv' | 'json';
export const FORMATS: readonly Format[] = ['table', 'csv', 'json'];

const NUMERIC = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(.*\))$/;

const csvField = (value: unknown) => {
  const text =
    value === null
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : `${value}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const toCsv = ({ columns, rows }: QueryResult) =>
  [columns.map(({ name }) => name), ...rows]
    .map((row) => row.map(csvField).join(','))
    .join('\n');

/** An array of row objects; whole and decimal numbers with all their digits. */
const toJson = ({ columns, rows }: QueryResult) => {
  const objects = rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, type }, i) => [
        name,
        typeof row[i] === 'string' && NUMERIC.test(type)
          ? JSON.rawJSON(row[i])
          : row[i],
      ]),
    ),
  );
  return objects.length === 0
    ? '[]'
    : `[\n${objects.map((row) => ` ${JSON.stringify(row)}`).join(',\n')}\n]`;
};

/** On one line, and with nothing that a terminal would obey. */
const shown = (value: unknown) =>
  value !== null && typeof value === 'object'
    ? JSON.stringify(value)
    : typeof value === 'string'
      ? onOneLine(value)
      : value;

/** A query's rows as text. */
export const formatQuery = (result: QueryResult, format: Format): string => {
  if (format === 'csv') return toCsv(result);
  if (format === 'json') return toJson(result);
  const table = alignTable(
    result.columns.map(({ name }) => name),
    result.rows.map((row) => row.map(shown)),
  );
  const n = result.rows.length;
  return `${table}\n(${n} ${n === 1 ? 'row' : 'rows'})`;
};
