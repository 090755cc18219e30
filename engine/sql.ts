import type { ColumnType } from '../core/column.ts';

/** A name as an SQL identifier. */
export const ident = (name: string): string =>
  `"${name.replaceAll('"', '""')}"`;

/** A text as an SQL string. */
export const text = (value: string): string =>
  `'${value.replaceAll("'", "''")}'`;

export const list = (values: readonly string[]): string =>
  `[${values.map(text).join(', ')}]`;

/** DuckDB's name of a column type. */
export const duckType = (type: ColumnType): string =>
  type === 'string'
    ? 'VARCHAR'
    : type === 'int'
      ? 'INTEGER'
      : type.toUpperCase();
