import type {
  CatalogState,
  CatalogTable,
  Snapshot,
} from '../../core/catalog.ts';
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

const cast = (value: string, type: ColumnType, name: string) =>
  `CAST(${value} AS ${duckType(type)}) AS ${ident(name)}`;

/**
 * Whether the files' paths hold each partition column once and no other column:
 * not so where a folder above the lake, or a column, has the name of one.
 */
const areTold = (
  { columns, partitionBy }: CatalogTable,
  files: readonly string[],
): boolean => {
  const keys = columns.map(({ name }) => `${name}=`);
  return files.every((file) => {
    const folders = file.split('/').slice(0, -1);
    const told = folders.filter((f) => keys.some((key) => f.startsWith(key)));
    return told.length === partitionBy.length;
  });
};

/** One SELECT for each snapshot, with its partition values in it. */
const bySnapshot = (
  { columns, partitions }: CatalogTable,
  filesOf: (snapshot: Snapshot) => string[],
): string =>
  partitions
    .map((snapshot) => {
      const values = columns.flatMap(({ name, type }) => {
        const value = snapshot.values[name];
        return value === undefined ? [] : [cast(text(value), type, name)];
      });
      return (
        `SELECT *, ${values.join(', ')} FROM read_parquet(` +
        `${list(filesOf(snapshot))}, hive_partitioning = false)`
      );
    })
    .join(' UNION ALL BY NAME ');

/** The SELECT of a table, over the files that the catalog names. */
export const readTable = (
  table: CatalogTable,
  filesOf: (snapshot: Snapshot) => string[],
): string => {
  const { columns, partitionBy, partitions } = table;
  const files = partitions.flatMap(filesOf);
  if (files.length === 0) return emptySelect(columns);
  const names = columns.map(({ name }) => ident(name)).join(', ');
  if (partitionBy.length > 0 && !areTold(table, files))
    return `SELECT ${names} FROM (${bySnapshot(table, filesOf)})`;
  const types = columns
    .filter(({ name }) => partitionBy.includes(name))
    .map(({ name, type }) => `${text(name)}: ${duckType(type)}`);
  const hive = partitionBy.length
    ? `hive_partitioning = true, hive_types = {${types.join(', ')}}`
    : 'hive_partitioning = false';
  return (
    `SELECT ${names} FROM read_parquet(` +
    `${list(files)}, union_by_name = ${files.length > 1}, ${hive})`
  );
};

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
    ...Object.entries(tables).map(
      ([name, table]) =>
        `CREATE VIEW ${ident(database)}.${ident(name)} AS ` +
        readTable(table, ({ location, files }) =>
          files.map((file) => local(`${location}${file}`)),
        ),
    ),
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
