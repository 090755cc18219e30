import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DuckDBInstance,
  type DuckDBResultReader,
  StatementType,
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
        if (sql.trim() === '') throw new UsageError('the query is empty');
        const statements = await connection.extractStatements(sql);
        if (statements.count !== 1)
          throw new UsageError(
            `one statement at a time, but there are ${statements.count}`,
          );
        const prepared = await statements.prepare(0);
        // Not EXPLAIN either: with ANALYZE it runs what it explains.
        if (prepared.statementType !== StatementType.SELECT)
          throw new UsageError('published tables are read-only: SELECT alone');
        const reader = await prepared.runAndReadAll();
        return { columns: columnsOf(reader), rows: reader.getRowsJson() };
      } catch (error) {
        if (error instanceof UsageError) throw error;
        throw new UsageError((error as Error).message, {}, { cause: error });
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
