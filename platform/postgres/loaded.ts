import type { Client } from 'pg';
import { DestinationError } from '../../core/errors.ts';
import type { LoadPiece, LoadTable } from '../ports.ts';
import { postgresType, tableName } from './tableSql.ts';

/** Our own schema there, and what it remembers: which snapshot is where. */
const OWN = 'tributary';
const LOADED = tableName(OWN, 'loaded');

export const pieceKey = ({ values }: Pick<LoadPiece, 'values'>): string =>
  JSON.stringify(values);

/** What has to be done to a table there. */
export interface TableChange {
  readonly table: LoadTable;
  /** It is not there, or of other columns: all of it is loaded. */
  readonly isNew: boolean;
  readonly exists: boolean;
  readonly load: readonly LoadPiece[];
  /** Partitions that are not published any more. */
  readonly remove: readonly Pick<LoadPiece, 'values'>[];
}

const createSchema = async (client: Client, schema: string) => {
  const { rowCount } = await client.query(
    'SELECT FROM pg_namespace WHERE nspname = $1',
    [schema],
  );
  // To say IF NOT EXISTS needs the right to make one, even where one is.
  if (rowCount === 0)
    await client.query(`CREATE SCHEMA "${schema.replaceAll('"', '""')}"`);
};

/** Makes the schemas, and the table that remembers. */
export const prepare = async (
  client: Client,
  schemas: readonly string[],
): Promise<void> => {
  for (const schema of [OWN, ...schemas]) await createSchema(client, schema);
  const found = await client.query('SELECT to_regclass($1) AS it', [LOADED]);
  if (found.rows[0]?.it === null)
    await client.query(
      `CREATE TABLE ${LOADED} (schema_name text, table_name text, ` +
        'piece text, snapshot text NOT NULL, ' +
        'loaded_at timestamptz NOT NULL DEFAULT now(), ' +
        'PRIMARY KEY (schema_name, table_name, piece))',
    );
};

/** A table's columns there; `undefined` where it is not. */
const columnsThere = async (
  client: Client,
  schema: string,
  table: string,
): Promise<string[] | undefined> => {
  const { rows } = await client.query<{ kind: string; columns: string[] }>(
    'SELECT c.relkind AS kind, array(SELECT a.attname || $3 || ' +
      'format_type(a.atttypid, a.atttypmod) FROM pg_attribute a ' +
      'WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ' +
      'ORDER BY a.attnum) AS columns FROM pg_class c ' +
      'JOIN pg_namespace n ON n.oid = c.relnamespace ' +
      'WHERE n.nspname = $1 AND c.relname = $2',
    [schema, table, ' '],
  );
  const [found] = rows;
  if (found && found.kind !== 'r')
    throw new DestinationError(
      `${schema}.${table} is there and no table: name another schema`,
      { table },
    );
  return found?.columns;
};

/** Compares what is there with what is published. */
export const changesOf = async (
  client: Client,
  schema: string,
  tables: readonly LoadTable[],
): Promise<TableChange[]> => {
  const { rows } = await client.query<{
    table_name: string;
    piece: string;
    snapshot: string;
  }>(
    `SELECT table_name, piece, snapshot FROM ${LOADED} WHERE schema_name = $1`,
    [schema],
  );
  const changes: TableChange[] = [];
  for (const table of tables) {
    const there = await columnsThere(client, schema, table.name);
    const wanted = table.columns.map(
      (c) => `${c.name} ${postgresType(c.type)}`,
    );
    const isNew = there?.join() !== wanted.join();
    const mine = rows.filter(({ table_name }) => table_name === table.name);
    const loaded = new Map(mine.map((row) => [row.piece, row.snapshot]));
    const load = table.pieces.filter(
      (piece) => isNew || loaded.get(pieceKey(piece)) !== piece.snapshot,
    );
    const kept = new Set(table.pieces.map(pieceKey));
    const remove = [...loaded.keys()]
      .filter((piece) => !kept.has(piece))
      .map((piece) => ({ values: JSON.parse(piece) as LoadPiece['values'] }));
    if (isNew || load.length > 0 || remove.length > 0)
      changes.push({
        ...{ table, isNew, exists: there !== undefined },
        ...{ load, remove },
      });
  }
  return changes;
};

/** Remembers a change, in the transaction that makes it. */
export const remember = async (
  client: Client,
  schema: string,
  { table, isNew, load, remove }: TableChange,
): Promise<void> => {
  if (isNew)
    await client.query(
      `DELETE FROM ${LOADED} WHERE schema_name = $1 AND table_name = $2`,
      [schema, table.name],
    );
  for (const piece of [...load, ...remove])
    await client.query(
      `DELETE FROM ${LOADED} ` +
        'WHERE schema_name = $1 AND table_name = $2 AND piece = $3',
      [schema, table.name, pieceKey(piece)],
    );
  for (const piece of load)
    await client.query(
      `INSERT INTO ${LOADED} (schema_name, table_name, piece, snapshot) ` +
        'VALUES ($1, $2, $3, $4)',
      [schema, table.name, pieceKey(piece), piece.snapshot],
    );
};
