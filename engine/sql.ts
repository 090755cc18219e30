import type { ColumnType } from '../core/column.ts';

/** A name as an SQL identifier. */
export const ident = (name: string): string =>
  `"${name.replaceAll('"', '""')}"`;

/** A text as an SQL string. */
export const text = (value: string): string =>
  `'${value.replaceAll("'", "''")}'`;

/**
 * Whether a text is another one once it was read and said in SQL again: what is
 * read loses a byte order mark, what is said ends at a NUL. And a line end would
 * move the lines that an error names.
 */
export const unsayable = (sql: string): string =>
  `(contains(${sql}, chr(0)) OR contains(${sql}, chr(10)) OR ` +
  `starts_with(${sql}, chr(65279)))`;

/** The same of a text that is here. */
export const isUnsayable = (value: string): boolean =>
  /[\0\n]|^\uFEFF/.test(value);

export const list = (values: readonly string[]): string =>
  `[${values.map(text).join(', ')}]`;

/** DuckDB's name of a column type. */
export const duckType = (type: ColumnType): string =>
  type === 'string'
    ? 'VARCHAR'
    : type === 'int'
      ? 'INTEGER'
      : type.toUpperCase();
