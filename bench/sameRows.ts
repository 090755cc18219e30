import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { CatalogState } from '../core/catalog.ts';
import { lakeViews } from '../engine/query/lakeViews.ts';
import { ident, text } from '../engine/sql.ts';

/** How one table compares; `fault` where the two sides differ. */
export interface TableComparison {
  readonly table: string;
  readonly rows: number;
  readonly fault?: string;
}

type Row = Record<string, unknown>;

const rowsOf = async (db: DuckDBConnection, sql: string): Promise<Row[]> =>
  (await db.runAndReadAll(sql)).getRowObjectsJson();

/** Number of rows, and a sum over all rows that no order changes. */
const digest = async (db: DuckDBConnection, columns: string, from: string) => {
  const [row] = await rowsOf(
    db,
    `SELECT count(*) AS n, sum(hash(${columns})) AS hash FROM ${from}`,
  );
  return { rows: Number(row?.n), hash: String(row?.hash) };
};

const extra = async (db: DuckDBConnection, from: string, other: string) =>
  JSON.stringify(
    await rowsOf(db, `FROM ${from} EXCEPT ALL FROM ${other} LIMIT 1`),
  );

const compareTable = async (
  db: DuckDBConnection,
  [database, name]: readonly [string, string],
  bareFile: string,
): Promise<TableComparison> => {
  const table = `${database}.${name}`;
  const published = `${ident(database)}.${ident(name)}`;
  // Spark writes a folder.
  const isFolder = existsSync(bareFile) && statSync(bareFile).isDirectory();
  const files = isFolder ? join(bareFile, '*.parquet') : bareFile;
  const bareRows = `read_parquet(${text(files)})`;
  const described = await rowsOf(db, `DESCRIBE ${published}`);
  const found = await rowsOf(db, `DESCRIBE SELECT * FROM ${bareRows}`);
  const names = described.map((row) => String(row.column_name));
  const bareNames = found.map((row) => String(row.column_name));
  if (names.join() !== bareNames.join())
    return {
      table,
      rows: 0,
      fault: `columns ${names} against ${bareNames} of bare DuckDB`,
    };
  // The same number of another type has another hash.
  const typed = described
    .map(({ column_name, column_type }) => {
      const column = ident(String(column_name));
      return `CAST(${column} AS ${column_type}) AS ${column}`;
    })
    .join(', ');
  const bare = `(SELECT ${typed} FROM ${bareRows})`;
  const columns = names.map(ident).join(', ');
  const ours = await digest(db, columns, published);
  const theirs = await digest(db, columns, bare);
  if (ours.rows === theirs.rows && ours.hash === theirs.hash)
    return { table, rows: ours.rows };
  return {
    table,
    rows: ours.rows,
    fault:
      `${ours.rows} rows against ${theirs.rows} of bare DuckDB; ` +
      `only here ${await extra(db, published, bare)}, ` +
      `only there ${await extra(db, bare, published)}`,
  };
};

/**
 * Compares every published table of a lake with the files that bare DuckDB
 * made: columns, number of rows, and a checksum over all values.
 */
export const compareRows = async (
  lake: string,
  bare: string,
): Promise<TableComparison[]> => {
  const catalog = join(lake, 'catalog');
  const states = readdirSync(catalog)
    .sort()
    .map(
      (name) =>
        JSON.parse(readFileSync(join(catalog, name), 'utf8')) as CatalogState,
    );
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  try {
    for (const sql of lakeViews(states, (key) => join(lake, key)))
      await db.run(sql);
    const compared: TableComparison[] = [];
    for (const { database, tables } of states)
      for (const name of Object.keys(tables))
        compared.push(
          await compareTable(
            db,
            [database, name],
            join(bare, database, `${name}.parquet`),
          ),
        );
    return compared;
  } finally {
    db.closeSync();
    instance.closeSync();
  }
};
