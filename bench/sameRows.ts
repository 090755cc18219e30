import { readdirSync, readFileSync } from 'node:fs';
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
    `SELECT count(*) AS n, sum(hash(${columns}))::VARCHAR AS hash FROM ${from}`,
  );
  return { rows: Number(row?.n), hash: String(row?.hash) };
};

const firstRow = async (
  db: DuckDBConnection,
  columns: string,
  from: string,
  other: string,
) =>
  JSON.stringify(
    await rowsOf(
      db,
      `SELECT ${columns} FROM ${from} EXCEPT ALL SELECT ${columns} ` +
        `FROM ${other} LIMIT 1`,
    ),
  );

const compareTable = async (
  db: DuckDBConnection,
  table: string,
  bareFile: string,
): Promise<TableComparison> => {
  const bare = `read_parquet(${text(bareFile)})`;
  const described = await rowsOf(db, `DESCRIBE ${table}`);
  const found = await rowsOf(db, `DESCRIBE SELECT * FROM ${bare}`);
  const names = described.map((row) => String(row.column_name));
  const bareNames = found.map((row) => String(row.column_name));
  if (names.join() !== bareNames.join())
    return { table, rows: 0, fault: `columns ${names} against ${bareNames}` };
  // A hash differs between types, the same numbers or not.
  const columns = described
    .map(
      (row) => `CAST(${ident(String(row.column_name))} AS ${row.column_type})`,
    )
    .join(', ');
  const ours = await digest(db, columns, table);
  const theirs = await digest(db, columns, bare);
  if (ours.rows === theirs.rows && ours.hash === theirs.hash)
    return { table, rows: ours.rows };
  const only = await firstRow(db, columns, table, bare);
  const onlyBare = await firstRow(db, columns, bare, table);
  return {
    table,
    rows: ours.rows,
    fault:
      `${ours.rows} rows against ${theirs.rows} of bare DuckDB; only here ` +
      `${only}, only there ${onlyBare}`,
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
            `${ident(database)}.${ident(name)}`,
            join(bare, database, `${name}.parquet`),
          ),
        );
    return compared;
  } finally {
    db.closeSync();
    instance.closeSync();
  }
};
