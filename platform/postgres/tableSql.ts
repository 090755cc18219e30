import { escapeIdentifier, escapeLiteral } from 'pg';
import type { ColumnType } from '../../core/column.ts';
import type { LoadPiece, LoadTable } from '../ports.ts';

const TYPES: Readonly<Partial<Record<ColumnType, string>>> = {
  string: 'text',
  int: 'integer',
  bigint: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp without time zone',
};

/** PostgreSQL's own name of a type, as `format_type` gives it. */
export const postgresType = (type: ColumnType): string =>
  TYPES[type] ?? type.replace('decimal', 'numeric');

/** `"schema"."table"`. */
export const tableName = (schema: string, table: string): string =>
  `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;

export const createTable = (name: string, { columns }: LoadTable): string =>
  `CREATE TABLE ${name} (${columns
    .map((c) => `${escapeIdentifier(c.name)} ${postgresType(c.type)}`)
    .join(', ')})`;

/** The name of the one index that a load makes. */
export const indexName = (table: string): string =>
  `${table.slice(0, 50)}_tributary`;

/** Its key, which is one within a partition, as an index; none without one. */
export const createIndex = (
  name: string,
  { name: table, key, partitionBy }: LoadTable,
): string | undefined => {
  if (key.length === 0) return undefined;
  const columns = [...new Set([...key, ...partitionBy])];
  return (
    `CREATE UNIQUE INDEX ${escapeIdentifier(indexName(table))} ON ${name} ` +
    `(${columns.map(escapeIdentifier).join(', ')})`
  );
};

/** The rows of a piece; all of a table that has no partitions. */
export const pieceCondition = (
  { columns }: LoadTable,
  { values }: Pick<LoadPiece, 'values'>,
): string =>
  Object.entries(values)
    .map(([name, value]) => {
      const type = columns.find((c) => c.name === name)?.type ?? 'string';
      const typed = `CAST(${escapeLiteral(value)} AS ${postgresType(type)})`;
      return `${escapeIdentifier(name)} = ${typed}`;
    })
    .join(' AND ') || 'true';
