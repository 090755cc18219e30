import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import type {
  DestinationLoader,
  LoadedTable,
  LoadOrder,
  Secrets,
} from '../ports.ts';
import { asDestinationError, connectPostgres } from './connect.ts';
import { changesOf, prepare, remember, type TableChange } from './loaded.ts';
import { swap } from './swap.ts';
import { createIndex, createTable, tableName } from './tableSql.ts';

const stagingOf = (schema: string) => `${schema}__staging`;

/** One load of a schema at a time; the server lets go of it with the session. */
const lock = (client: Client, schema: string) =>
  client.query(
    "SELECT pg_advisory_lock(hashtextextended('tributary ' || $1, 0))",
    [schema],
  );

/** Copies a table's changed pieces to a table that nobody reads. */
const stage = async (
  client: Client,
  { schema, rows }: LoadOrder,
  { table, load }: TableChange,
): Promise<number> => {
  const { from: copyFrom } = await import('pg-copy-streams');
  const staged = tableName(stagingOf(schema), table.name);
  await client.query(createTable(staged, table));
  let count = 0;
  for (const piece of load) {
    const file = await rows(table, piece);
    try {
      const copy = client.query(
        copyFrom(`COPY ${staged} FROM STDIN WITH (FORMAT csv)`),
      );
      await pipeline(createReadStream(file), copy);
      count += copy.rowCount ?? 0;
    } finally {
      await rm(file, { force: true });
    }
  }
  const index = createIndex(staged, table);
  if (index) await client.query(index);
  await client.query(`ANALYZE ${staged}`);
  return count;
};

/** Removes staged tables: ours, and those of a load that was killed. */
const clear = (client: Client, schema: string) =>
  client.query(`DROP SCHEMA IF EXISTS "${stagingOf(schema)}" CASCADE`);

const inTransaction = async (client: Client, act: () => Promise<void>) => {
  await client.query('BEGIN');
  try {
    await act();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
};

const loadAll = async (
  client: Client,
  order: LoadOrder,
): Promise<LoadedTable[]> => {
  const { schema } = order;
  const staging = stagingOf(schema);
  await lock(client, schema);
  const published = await order.published();
  await clear(client, schema);
  await prepare(client, [schema]);
  const changes = await changesOf(client, schema, published);
  if (changes.length === 0) return [];
  await prepare(client, [staging]);
  const loaded: LoadedTable[] = [];
  for (const change of changes)
    loaded.push({
      table: change.table.name,
      rows: await stage(client, order, change),
    });
  await inTransaction(client, async () => {
    for (const change of changes) {
      await swap(client, schema, staging, change);
      await remember(client, schema, change);
    }
  });
  await clear(client, schema);
  return loaded;
};

/**
 * Keeps copies of published tables in PostgreSQL: COPY into a staging schema,
 * then one transaction for all tables. A schema `tributary` there remembers
 * which snapshots it holds.
 */
export const postgresLoader = (secrets: Secrets): DestinationLoader => ({
  load: async (order) => {
    const { client, place } = await connectPostgres(secrets, order.secret);
    try {
      return await loadAll(client, order);
    } catch (error) {
      throw asDestinationError(error, place);
    } finally {
      await client.end().catch(() => {});
    }
  },
});
