import type { CatalogState } from '../../core/catalog.ts';
import type { ColumnType } from '../../core/column.ts';
import { duckType, ident, list, text } from '../sql.ts';

const emptySelect = (
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
) =>
  `SELECT ${columns
    .map(
      ({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${ident(name)}`,
    )
    .join(', ')} WHERE false`;

/**
 * The statements that make a view for every published table, named
 * `<database>.<table>`, over exactly the files that the catalog names.
 * @param local gives the path on this machine of a key of the lake.
 */
export const lakeViews = (
  states: readonly CatalogState[],
  local: (key: string) => string,
): string[] =>
  states.flatMap(({ database, tables }) => [
    `CREATE SCHEMA IF NOT EXISTS ${ident(database)}`,
    ...Object.entries(tables).map(([name, table]) => {
      const { columns, partitionBy, partitions } = table;
      const view = `CREATE VIEW ${ident(database)}.${ident(name)} AS `;
      const files = partitions.flatMap(({ location, files: names }) =>
        names.map((file) => local(`${location}${file}`)),
      );
      if (files.length === 0) return view + emptySelect(columns);
      const types = columns
        .filter(({ name: column }) => partitionBy.includes(column))
        .map(({ name: column, type }) => `${text(column)}: ${duckType(type)}`);
      const hive = partitionBy.length
        ? `hive_partitioning = true, hive_types = {${types.join(', ')}}`
        : 'hive_partitioning = false';
      const names = columns.map(({ name: column }) => ident(column));
      return (
        `${view}SELECT ${names.join(', ')} FROM read_parquet(` +
        `${list(files)}, union_by_name = ${files.length > 1}, ${hive})`
      );
    }),
  ]);

/** A view over JSON lines in files that are only ever added. */
export const linesView = (
  schema: string,
  name: string,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
  files: readonly string[],
): string[] => {
  const typed = columns
    .map((column) => `${text(column.name)}: ${text(duckType(column.type))}`)
    .join(', ');
  const from = files.length
    ? `FROM read_json(${list(files)}, format = 'newline_delimited', ` +
      `columns = {${typed}})`
    : emptySelect(columns);
  return [
    `CREATE SCHEMA IF NOT EXISTS ${ident(schema)}`,
    `CREATE VIEW ${ident(schema)}.${ident(name)} AS ${from}`,
  ];
};
