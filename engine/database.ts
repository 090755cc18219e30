import type {
  DuckDBConnection,
  DuckDBInstance,
  JSDuckDBValueConverter,
} from '@duckdb/node-api';
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
  private readonly toJs: typeof JSDuckDBValueConverter;

  constructor(
    connection: DuckDBConnection,
    toJs: typeof JSDuckDBValueConverter,
  ) {
    this.connection = connection;
    this.toJs = toJs;
  }

  /** Runs one statement and gives its rows, numbers as bigint or number. */
  async rows(sql: string): Promise<Row[]> {
    const result = await this.connection.run(sql);
    const names = result.deduplicatedColumnNames();
    const chunkRows = (chunk: number): Row[] =>
      result
        .getChunk(chunk)
        .convertRows(this.toJs)
        .map((row) =>
          Object.fromEntries(names.map((name, i) => [name, row[i]])),
        );
    // All is in memory by now; a reader would ask a thread for each chunk.
    return Array.from({ length: result.chunkCount }, (_, i) =>
      chunkRows(i),
    ).flat();
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

const instanceOf = async (limits: EngineLimits): Promise<DuckDBInstance> => {
  const { DuckDBInstance } = await import('./duckdb.ts');
  const key = JSON.stringify(limits);
  let instance = instances.get(key);
  if (!instance) {
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
  return instance;
};

/**
 * Begins to open the engine, beside what is to be done before it is needed. What
 * goes wrong is told to whoever needs it.
 */
export const openAhead = (limits: EngineLimits): void => {
  instanceOf(limits).catch(() => {});
};

/**
 * Opens a connection. All connections with the same limits share one instance,
 * and so its memory; nothing is ever downloaded or loaded from elsewhere.
 */
export const openDatabase = async (limits: EngineLimits): Promise<Database> => {
  const instance = await instanceOf(limits);
  const { JSDuckDBValueConverter } = await import('./duckdb.ts');
  return new Database(await instance.connect(), JSDuckDBValueConverter);
};
