import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { query } from './query.ts';
import { array, type Column, ident, literal, trinoType, uri } from './sql.ts';

/** How a table is stored; Parquet without partitions when left out. */
export type TableOptions = {
  format?: 'PARQUET' | 'JSON' | 'OPENX_JSON';
  partitionBy?: readonly string[];
};

const split = (columns: readonly Column[], partitionBy: readonly string[]) => {
  const last = partitionBy.map((name) => {
    const column = columns.find((each) => each.name === name);
    if (!column) throw new Error(`Partition column ${name} is no column`);
    return column;
  });
  return [
    ...columns.filter(({ name }) => !partitionBy.includes(name)),
    ...last,
  ];
};

/**
 * Makes `hive.<schema>.<table>` anew over the files that lie in the folder
 * `location` (and below it), and the schema when there is none. The files
 * stay as they are, also when the table is dropped. A folder that does not
 * exist gives an empty table, which cannot take partitions.
 *
 * Throws a TrinoError when Trino refuses it, an Error on an unknown type.
 */
export async function createExternal(
  url: string,
  schema: string,
  table: string,
  columns: readonly Column[],
  location: string,
  { format = 'PARQUET', partitionBy = [] }: TableOptions = {},
): Promise<void> {
  const name = `${ident(schema)}.${ident(table)}`;
  const list = split(columns, partitionBy).map(
    (column) => `  ${ident(column.name)} ${trinoType(column.type)}`,
  );
  const folder = resolve(location);
  const properties = [`format = '${format}'`];
  if (existsSync(folder)) {
    properties.push(`external_location = ${literal(uri(folder))}`);
  }
  if (partitionBy.length > 0) {
    properties.push(`partitioned_by = ${array(partitionBy)}`);
  }
  await query(url, `CREATE SCHEMA IF NOT EXISTS ${ident(schema)}`);
  await query(url, `DROP TABLE IF EXISTS ${name}`);
  await query(
    url,
    `CREATE TABLE ${name} (\n${list.join(',\n')}\n)\nWITH (${properties.join(', ')})`,
  );
}

/**
 * Adds the folder `location` to a partitioned table as one partition. Values
 * are in the order of the names; `null` is the partition of NULLs.
 */
export async function addPartition(
  url: string,
  schema: string,
  table: string,
  values: Readonly<Record<string, string | null>>,
  location: string,
): Promise<void> {
  const texts = Object.values(values).map(
    (value) => value ?? '__HIVE_DEFAULT_PARTITION__',
  );
  const args = [
    literal(schema),
    literal(table),
    array(Object.keys(values)),
    array(texts),
    literal(uri(resolve(location))),
  ];
  await query(url, `CALL hive.system.register_partition(${args.join(', ')})`);
}
