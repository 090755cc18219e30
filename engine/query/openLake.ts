import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResultReader,
} from '@duckdb/node-api';
import { UsageError } from '../../core/errors.ts';
import { text } from '../sql.ts';

/** Rows as JSON values, with the numbers' exact text. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A reader of published tables: SELECT alone, and no other file. */
export interface LakeReader {
  /** @throws UsageError with the engine's words where the SQL is wrong. */
  query(sql: string): Promise<QueryResult>;
  close(): void;
}

const columnsOf = (reader: DuckDBResultReader) => {
  const types = reader.columnTypes();
  return reader
    .deduplicatedColumnNames()
    .map((name, i) => ({ name, type: String(types[i]) }));
};

/** What the parser makes of a text, without looking anything up. */
interface Parsed {
  readonly error_type?: string;
  readonly statements?: readonly unknown[];
}

/**
 * Refuses all but one SELECT before it is bound: to bind EXPORT makes folders,
 * and EXPLAIN with ANALYZE runs what it explains.
 */
export const judge = async (connection: DuckDBConnection, sql: string) => {
  const parse = await connection.prepare(
    'SELECT json_serialize_sql($1::VARCHAR)',
  );
  parse.bindVarchar(1, sql);
  const [[json] = []] = (await parse.runAndReadAll()).getRowsJson();
  const { error_type, statements } = JSON.parse(String(json)) as Parsed;
  // The engine says itself, and better, what does not parse.
  if (error_type === 'parser') return;
  if (!statements)
    throw new UsageError('published tables are read-only: SELECT alone');
  if (statements.length === 0) throw new UsageError('the query is empty');
  if (statements.length > 1)
    throw new UsageError(
      `one statement at a time, but there are ${statements.length}`,
    );
};

/** The engine's words of what is wrong, without the name of its own step. */
export const queryError = (error: unknown): UsageError => {
  if (error instanceof UsageError) return error;
  const words = (error as Error).message.replace(
    /^Failed to extract statements: /,
    '',
  );
  return new UsageError(words, {}, { cause: error });
};

/** Opens published tables for reading; `setup` makes their views. */
export const openLake = async (
  folder: string,
  setup: readonly string[],
  memory?: string,
): Promise<LakeReader> => {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // DuckDB's default is `.tmp` here, which two readers would share and break.
    temp_directory: join(tmpdir(), `tributary-${randomUUID()}`),
    ...(memory !== undefined && { memory_limit: memory }),
  });
  const connection = await instance.connect();
  for (const statement of setup) await connection.run(statement);
  await connection.run(`SET allowed_directories = [${text(`${folder}/`)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return {
    query: async (sql) => {
      try {
        await judge(connection, sql);
        const reader = await connection.runAndReadAll(sql);
        return { columns: columnsOf(reader), rows: reader.getRowsJson() };
      } catch (error) {
        throw queryError(error);
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
