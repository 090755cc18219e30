import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { spillFolder } from './spillFolder.ts';

/** Limits of the embedded engine. */
export interface EngineLimits {
  /** Such as `2GB`; beyond it the engine spills to a folder in `spillDir`. */
  readonly memory?: string | undefined;
  readonly spillDir: string;
}

export type Row = Record<string, unknown>;

/** One connection with its own temporary views and tables. */
export class Database {
  readonly connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  /** Runs one statement and gives its rows, numbers as bigint or number. */
  async rows(sql: string): Promise<Row[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowObjectsJS() as Row[];
  }

  async row(sql: string): Promise<Row> {
    return (await this.rows(sql))[0] ?? {};
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  close(): void {
    this.connection.closeSync();
  }
}

const instances = new Map<string, Promise<DuckDBInstance>>();

/**
 * Opens a connection. All connections with the same limits share one instance,
 * and so its memory; nothing is ever downloaded or loaded from elsewhere.
 */
export const openDatabase = async (limits: EngineLimits): Promise<Database> => {
  const key = JSON.stringify(limits);
  let instance = instances.get(key);
  if (!instance) {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    instance = DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      // Rows of CSV are numbered by it. COPY and whoever else needs no order
      // says so: it takes memory.
      preserve_insertion_order: 'true',
      temp_directory: spillFolder(limits.spillDir),
      ...(limits.memory && { memory_limit: limits.memory }),
    });
    instances.set(key, instance);
  }
  const connection = await (await instance).connect();
  return new Database(connection);
};
