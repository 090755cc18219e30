import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  paginateGetPartitions,
  paginateGetTables,
  type StorageDescriptor,
  type Table,
} from '@aws-sdk/client-glue';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResultReader,
} from '@duckdb/node-api';
import {
  attachLake,
  type Compared,
  compareTables,
} from '../spark/compareLakes.ts';
import { WORK } from './program.ts';
import { listKeys, type Stack } from './stack.ts';

/** Where the catalog is, and the files that it leads to. */
export type Lake = Pick<Stack, 's3' | 'glue' | 'databasePrefix'>;

/** What DuckDB calls the types of Glue's catalog. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  int: 'INTEGER',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

const duckType = (type = ''): string => {
  const known = TYPES[type] ?? type.toUpperCase();
  return known.startsWith('DECIMAL') ? known.replace(/\s/g, '') : known;
};

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Fetches what lies where a pointer points. @returns the files. */
const download = async (
  stack: Lake,
  { Location = '' }: StorageDescriptor,
): Promise<string[]> => {
  const [, bucket = '', prefix = ''] =
    /^s3:\/\/([^/]+)\/(.*)$/.exec(Location) ?? [];
  const keys = await listKeys(stack, bucket, prefix);
  return Promise.all(
    keys.map(async (Key) => {
      const file = join(WORK, 'read', bucket, Key);
      const { Body } = await stack.s3.send(
        new GetObjectCommand({ Bucket: bucket, Key }),
      );
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, (await Body?.transformToByteArray()) ?? '');
      return file;
    }),
  );
};

/** A table as a reader of Glue's catalog finds it, who knows of nothing else. */
interface Pointed {
  readonly table: Table;
  /** Where its rows are: once, or for each partition. */
  readonly parts: readonly {
    values: readonly string[];
    at: StorageDescriptor;
  }[];
}

/** All tables that the catalog of a pipeline points to. */
export const pointedTables = async (
  { glue: client, databasePrefix }: Lake,
  pipeline: string,
): Promise<Pointed[]> => {
  const DatabaseName = `${databasePrefix}${pipeline}`;
  const found: Pointed[] = [];
  for await (const { TableList = [] } of paginateGetTables(
    { client },
    { DatabaseName },
  ))
    for (const table of TableList) {
      const {
        Name: TableName = '',
        PartitionKeys = [],
        StorageDescriptor,
      } = table;
      if (PartitionKeys.length === 0) {
        found.push({
          table,
          parts: [{ values: [], at: StorageDescriptor ?? {} }],
        });
        continue;
      }
      const parts: { values: string[]; at: StorageDescriptor }[] = [];
      for await (const { Partitions = [] } of paginateGetPartitions(
        { client },
        { DatabaseName, TableName },
      ))
        for (const { Values = [], StorageDescriptor: at = {} } of Partitions)
          parts.push({ values: Values, at });
      found.push({ table, parts });
    }
  return found;
};

const columnsOf = ({ StorageDescriptor, PartitionKeys = [] }: Table) => [
  ...(StorageDescriptor?.Columns ?? []),
  ...PartitionKeys,
];

/** @throws where a file has a column of another type than the catalog tells. */
const requireTypes = async (
  db: DuckDBConnection,
  { StorageDescriptor, Name }: Table,
  file: string,
): Promise<void> => {
  const told = (StorageDescriptor?.Columns ?? []).map(
    ({ Name: name = '', Type }) => `${name} ${duckType(Type)}`,
  );
  const rows = await db.runAndReadAll(
    `SELECT column_name || ' ' || column_type FROM (DESCRIBE FROM read_parquet(${text(file)}, hive_partitioning = false))`,
  );
  // What tables that merge by period keep beside their columns.
  const made = rows
    .getRowsJson()
    .map(([one]) => String(one))
    .filter((column) => column !== '_period VARCHAR');
  const wrong = told.filter((column) => !made.includes(column));
  if (wrong.length > 0 || made.length !== told.length)
    throw new Error(`${Name}: the catalog has ${told}, the file ${made}`);
};

const selectOf = (
  { Name, PartitionKeys = [], ...table }: Table,
  files: string[],
  values: readonly string[],
) => {
  const keys = PartitionKeys.map(
    ({ Name: key = '', Type }, at) =>
      `CAST(${text(values[at] ?? '')} AS ${duckType(Type)}) AS ${quoted(key)}`,
  );
  const columns = table.StorageDescriptor?.Columns ?? [];
  if (files.length === 0) {
    const none = [...columns, ...PartitionKeys].map(
      ({ Name: name = '', Type }) =>
        `CAST(NULL AS ${duckType(Type)}) AS ${quoted(name)}`,
    );
    return `SELECT ${none.join(', ')} WHERE false`;
  }
  const names = columns.map(({ Name: name = '' }) => quoted(name));
  return `SELECT ${[...names, ...keys].join(', ')} FROM read_parquet([${files
    .map(text)
    .join(', ')}], hive_partitioning = false)`;
};

/** Makes a pipeline's tables known to DuckDB, as Athena would read them. */
const attachPointed = async (
  db: DuckDBConnection,
  stack: Lake,
  pipeline: string,
  schema: string = pipeline,
) => {
  await db.run(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);
  const tables = [];
  for (const { table, parts } of await pointedTables(stack, pipeline)) {
    const { Name = '' } = table;
    const selects: string[] = [];
    for (const { values, at } of parts) {
      const files = await download(stack, at);
      const [first] = files;
      if (first === undefined) continue;
      await requireTypes(db, table, first);
      selects.push(selectOf(table, files, values));
    }
    // Where nothing lies, a reader finds no rows.
    if (selects.length === 0) selects.push(selectOf(table, [], []));
    const path = `${quoted(schema)}.${quoted(Name)}`;
    await db.run(`CREATE VIEW ${path} AS ${selects.join(' UNION ALL ')}`);
    const columns = columnsOf(table).map(
      ({ Name: name = '', Type: type = '' }) => ({ name, type }),
    );
    tables.push({ name: `${pipeline}.${Name}`, path, columns });
  }
  return tables;
};

/** Compares what the deployed stack has published with a local lake. */
export const comparePublished = async (
  stack: Stack,
  pipeline: string,
  lake: string,
): Promise<Compared[]> => {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  try {
    const local = (await attachLake(db, 'first', lake)).filter(({ name }) =>
      name.startsWith(`${pipeline}.`),
    );
    await db.run(`ATTACH ':memory:' AS second`);
    await db.run('USE second');
    return await compareTables(
      db,
      local,
      await attachPointed(db, stack, pipeline),
    );
  } finally {
    db.closeSync();
    instance.closeSync();
  }
};

/**
 * Asks what a reader of Glue's catalog finds, by the names of its databases:
 * `tributary_dev_loans.loans`.
 */
export const askPointed = async (
  stack: Lake,
  pipelines: readonly string[],
  sql: string,
): Promise<DuckDBResultReader> => {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  try {
    for (const name of pipelines)
      await attachPointed(db, stack, name, `${stack.databasePrefix}${name}`);
    return await db.runAndReadAll(sql);
  } finally {
    db.closeSync();
    instance.closeSync();
  }
};

/** Where the catalog points, as one text: the same as long as readers see the same. */
export const pointersOf = async (
  stack: Stack,
  pipeline: string,
): Promise<string> =>
  (await pointedTables(stack, pipeline))
    .flatMap(({ table, parts }) =>
      parts.map(({ values, at }) => `${table.Name} ${values} ${at.Location}`),
    )
    .sort()
    .join('\n');
