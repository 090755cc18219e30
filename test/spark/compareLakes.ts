import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { CatalogState } from '../../core/catalog.ts';
import { lakeViews } from '../../engine/query/lakeViews.ts';
import { ident } from '../../engine/sql.ts';
import { type Row, withoutNear } from '../athena/nearRows.ts';

/** A table of both lakes, and rows that only one of them has. */
export interface Compared {
  readonly table: string;
  readonly rows: number;
  readonly onlyFirst: readonly Row[];
  readonly onlySecond: readonly Row[];
}

/** Doubles may differ by this share: sums depend on their order. */
const TOLERANCE = 1e-9;
/** Beyond this many rows that differ nobody looks for near ones. */
const MANY = 20_000;

const rowsOf = async (db: DuckDBConnection, sql: string) =>
  (await db.runAndReadAll(sql)).getRowsJson() as Row[];

/** A table as a connection knows it, in one of the two lakes. */
export interface LakeTable {
  readonly name: string;
  readonly path: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Makes the lake's tables known as `<name>.<database>.<table>`. */
export const attachLake = async (
  db: DuckDBConnection,
  name: string,
  lake: string,
): Promise<LakeTable[]> => {
  const folder = join(lake, 'catalog');
  const states = readdirSync(folder)
    .sort()
    .map(
      (file) =>
        JSON.parse(readFileSync(join(folder, file), 'utf8')) as CatalogState,
    );
  await db.run(`ATTACH ':memory:' AS ${name}`);
  await db.run(`USE ${name}`);
  for (const sql of lakeViews(states, (key) => join(lake, key)))
    await db.run(sql);
  return states.flatMap(({ database, tables }) =>
    Object.entries(tables).map(([table, { columns }]) => ({
      name: `${database}.${table}`,
      path: `${ident(database)}.${ident(table)}`,
      columns,
    })),
  );
};

const compareTable = async (
  db: DuckDBConnection,
  { name, path, columns }: LakeTable,
): Promise<Compared> => {
  const [[rows] = []] = await rowsOf(db, `SELECT count(*) FROM first.${path}`);
  const only = (a: string, b: string) =>
    rowsOf(
      db,
      `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (FROM ${a}.${path} ` +
        `EXCEPT ALL FROM ${b}.${path} LIMIT ${MANY})`,
    );
  const { missing, extra } = withoutNear(
    await only('first', 'second'),
    await only('second', 'first'),
    columns.map(({ type }) => type === 'double'),
    TOLERANCE,
  );
  return {
    table: name,
    rows: Number(rows),
    onlyFirst: missing,
    onlySecond: extra,
  };
};

const shapeOf = (all: readonly LakeTable[]) =>
  JSON.stringify(
    all
      .map(({ name, columns }) => [
        name,
        columns.map((column) => [column.name, column.type]),
      ])
      .sort(),
  );

/**
 * Compares tables that are attached as `first` and as `second`, as sets with
 * repeats, in all columns.
 * @throws Error where one has a table or a column that the other has not.
 */
export const compareTables = async (
  db: DuckDBConnection,
  tables: readonly LakeTable[],
  others: readonly LakeTable[],
): Promise<Compared[]> => {
  if (shapeOf(tables) !== shapeOf(others))
    throw new Error(`${shapeOf(tables)} against ${shapeOf(others)}`);
  const compared: Compared[] = [];
  for (const table of tables) compared.push(await compareTable(db, table));
  return compared;
};

/** Compares all published tables of two lakes. */
export const compareLakes = async (
  first: string,
  second: string,
): Promise<Compared[]> => {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  try {
    const tables = await attachLake(db, 'first', first);
    return await compareTables(
      db,
      tables,
      await attachLake(db, 'second', second),
    );
  } finally {
    db.closeSync();
    instance.closeSync();
  }
};
