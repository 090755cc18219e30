import type { Connection } from 'mysql2';
import { SourceError } from '../../../core/errors.ts';
import type { PlanSource } from '../../../core/plan.ts';
import { ask } from './connect.ts';

/** A column of the table, as the server's catalogue has it. */
export interface TableColumn {
  readonly name: string;
  /** Such as `bigint`. */
  readonly kind: string;
  /** Such as `bigint(20) unsigned`. */
  readonly type: string;
  /** It is NOT NULL. */
  readonly isRequired?: boolean;
  /** Its text is in the encoding of the connection. */
  readonly isUtf8mb4?: boolean;
}

const BINARY = /^(tiny|medium|long)?blob$|^(var)?binary$|geometry|^vector$/;
const WHOLE = /^(tiny|small|medium|big)?int$/;

/** Whether a column holds whole numbers. */
export const isWhole = ({ kind }: TableColumn): boolean => WHOLE.test(kind);

export const quoted = (name: string): string =>
  `\`${name.replaceAll('`', '``')}\``;

/** A table's name, with the database in front of it where one is given. */
export const tableName = (name: string): string =>
  name.split('.').map(quoted).join('.');

const tableOf = (name: string) => {
  const [table = '', schema] = name.split('.').reverse();
  return schema === undefined
    ? { where: 'table_schema = database() AND table_name = ?', values: [table] }
    : { where: 'table_schema = ? AND table_name = ?', values: [schema, table] };
};

const wantedName = ({ from, name }: { from?: string; name: string }) =>
  from ?? name;

/**
 * The declared columns as the table has them, in the order of declaration.
 * @throws SourceError for a table or a column that is not there, and for bytes
 *   that are no text.
 */
export const readTableColumns = async (
  connection: Connection,
  source: PlanSource,
  table: string,
): Promise<TableColumn[]> => {
  const { where, values } = tableOf(table);
  const rows = await ask(
    connection,
    'SELECT column_name AS name, data_type AS kind, column_type AS type, ' +
      'is_nullable AS nullable, character_set_name AS charset ' +
      `FROM information_schema.columns WHERE ${where}`,
    values,
  );
  if (rows.length === 0)
    throw new SourceError(
      `there is no table ${table}, or these credentials may not read it`,
    );
  const found = new Map(rows.map((row) => [String(row.name), row]));
  return source.columns.map((column) => {
    const name = wantedName(column);
    const row = found.get(name);
    if (!row)
      throw new SourceError(
        `the table ${table} has no column "${name}"; it has ` +
          [...found.keys()].join(', '),
        { column: column.name },
      );
    const kind = String(row.kind).toLowerCase();
    if (BINARY.test(kind))
      throw new SourceError(`"${name}" is ${kind}: bytes that are no text`, {
        column: column.name,
      });
    return {
      ...{ name, kind, type: String(row.type).toLowerCase() },
      isRequired: row.nullable === 'NO',
      isUtf8mb4: row.charset === 'utf8mb4',
    };
  });
};

/**
 * Rows could be lost between two pages where two of them share a key.
 * @throws SourceError where the key is not unique, or may be NULL.
 */
export const requireKey = async (
  connection: Connection,
  table: string,
  key: string,
): Promise<void> => {
  const { where, values } = tableOf(table);
  const rows = await ask(
    connection,
    'SELECT index_name AS i, max(non_unique) AS n, count(*) AS parts, ' +
      'max(column_name) AS c, max(nullable) AS nullable ' +
      `FROM information_schema.statistics WHERE ${where} GROUP BY index_name`,
    values,
  );
  const isKey = rows.some(
    ({ n, parts, c, nullable }) =>
      Number(n) === 0 &&
      Number(parts) === 1 &&
      String(c) === key &&
      nullable !== 'YES',
  );
  if (!isKey)
    throw new SourceError(
      `the key "${key}" of ${table} has no unique index, or may be NULL: rows ` +
        'could be lost between two pages',
      { column: key },
    );
};

/** What shows the whole of a value as text; `undefined` where it is one. */
const shown = ({ name, kind, type }: TableColumn): string | undefined => {
  const column = quoted(name);
  if (WHOLE.test(kind) || ['decimal', 'double', 'date', 'year'].includes(kind))
    return column;
  if (kind === 'bit') return `${column} + 0`;
  // As a float, six digits are shown; it holds more.
  if (kind === 'float') return `${column} + 0E0`;
  if (kind === 'datetime' || kind === 'timestamp')
    return type.includes('(') ? `CAST(${column} AS DATETIME(6))` : column;
  return undefined;
};

// The server takes as long for each as for all else that it does with a text.
const text = ({ name, isUtf8mb4 }: TableColumn) =>
  isUtf8mb4 ? quoted(name) : `CONVERT(${quoted(name)} USING utf8mb4)`;

/**
 * A column's value as the text of a CSV field; NULL is nothing. A field is NULL
 * only where the server cannot give the value, as with a text that is too long.
 */
export const csvField = (column: TableColumn): string => {
  const value = shown(column);
  const name = quoted(column.name);
  if (value === undefined) {
    const field = `CONCAT('"', REPLACE(${text(column)}, '"', '""'), '"')`;
    return column.isRequired ? field : `IF(${name} IS NULL, '', ${field})`;
  }
  // A cast of 0000-00-00 may be NULL, whatever the column is.
  return column.isRequired && value === name ? name : `IFNULL(${value}, '')`;
};

/** A column's value as the same text, and NULL as NULL. */
export const textField = (column: TableColumn): string => {
  const value = shown(column);
  return value === undefined ? text(column) : `CAST(${value} AS CHAR)`;
};

/** A parameter in the type of a column, so that an index on it is used. */
export const parameter = ({ kind, type }: TableColumn): string => {
  if (WHOLE.test(kind))
    return `CAST(? AS ${type.includes('unsigned') ? 'UNSIGNED' : 'SIGNED'})`;
  if (kind === 'datetime' || kind === 'timestamp')
    return 'CAST(? AS DATETIME(6))';
  return kind === 'date' ? 'CAST(? AS DATE)' : '?';
};
