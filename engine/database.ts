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
  private readonly instance: DuckDBInstance;
  private readonly toJs: typeof JSDuckDBValueConverter;

  constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    toJs: typeof JSDuckDBValueConverter,
  ) {
    this.instance = instance;
    this.connection = connection;
    this.toJs = toJs;
  }

  /**
   * Does something by another connection, at the same time: it sees files, and
   * none of this one's views and tables.
   */
  async beside<T>(act: (db: Database) => Promise<T>): Promise<T> {
    const connection = await this.instance.connect();
    try {
      return await act(new Database(this.instance, connection, this.toJs));
    } finally {
      connection.closeSync();
    }
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

/** An open engine, shared by all connections with the same limits. */
interface Engine {
  readonly instance: DuckDBInstance;
  /** Uses all processors from now on. */
  readonly widen: () => Promise<void>;
}

const engines = new Map<string, Promise<Engine>>();

const createEngine = async (limits: EngineLimits): Promise<Engine> => {
  const { DuckDBInstance } = await import('./duckdb.ts');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    // Rows of CSV are numbered by it. COPY and whoever else needs no order
    // says so: it takes memory.
    preserve_insertion_order: 'true',
    temp_directory: spillFolder(limits.spillDir),
    // To wake the others for a few rows takes longer than to read them.
    threads: '1',
    ...(limits.memory && { memory_limit: limits.memory }),
  });
  let widened: Promise<unknown> | undefined;
  const reset = async () => {
    const connection = await instance.connect();
    await connection.run('RESET threads');
    connection.closeSync();
  };
  return {
    instance,
    widen: async () => {
      widened ??= reset();
      await widened;
    },
  };
};

const engineOf = (limits: EngineLimits): Promise<Engine> => {
  const key = JSON.stringify(limits);
  const engine = engines.get(key) ?? createEngine(limits);
  engines.set(key, engine);
  // What stood in the way may be gone when it is tried again.
  engine.catch(() => engines.delete(key));
  return engine;
};

/**
 * Begins to open the engine, beside what is to be done before it is needed. What
 * goes wrong is told to whoever needs it.
 */
export const openAhead = (limits: EngineLimits): void => {
  engineOf(limits).catch(() => {});
};

/**
 * Opens a connection. All connections with the same limits share one instance,
 * and so its memory; nothing is ever downloaded or loaded from elsewhere.
 * @param isSmall whether there is so little to do that one thread is as quick:
 *   the other processors are left to other pipelines.
 */
export const openDatabase = async (
  limits: EngineLimits,
  isSmall = false,
): Promise<Database> => {
  const engine = await engineOf(limits);
  const { JSDuckDBValueConverter } = await import('./duckdb.ts');
  if (!isSmall) await engine.widen();
  const { instance } = engine;
  return new Database(
    instance,
    await instance.connect(),
    JSDuckDBValueConverter,
  );
};
