import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBResult,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';
import { UsageError } from '../../core/errors.ts';
import { ident, list } from '../sql.ts';
import { judge, type QueryResult, queryError } from './openLake.ts';

/** What one answer may cost. */
export interface AnswerLimits {
  readonly rows: number;
  /** Characters of all cells together. */
  readonly characters: number;
  readonly seconds: number;
}

/** An answer, and whether there was more of it. */
export interface LimitedResult extends QueryResult {
  readonly isCut: boolean;
}

export interface GuardedQuery {
  readonly sql: string;
  /** Where names without a database are looked up. */
  readonly database?: string;
  readonly limits: AnswerLimits;
}

/** A reader for SQL of anybody: side by side, and within limits. */
export interface GuardedLake {
  /** @throws UsageError with the engine's words; also where time is over. */
  query(query: GuardedQuery): Promise<LimitedResult>;
  close(): Promise<void>;
}

export interface GuardedOptions {
  /** The only files that it can read. */
  readonly files: readonly string[];
  /** The statements that make the views. */
  readonly setup: readonly string[];
  readonly memory: string;
}

type Row = readonly unknown[];

const sizeOf = (row: Row) =>
  row.reduce<number>((sum, cell) => {
    if (cell === null) return sum;
    const text = typeof cell === 'object' ? JSON.stringify(cell) : cell;
    return sum + String(text).length;
  }, 0);

/** Row by row: the chunk that goes beyond a limit is not converted whole. */
const readUntil = async (
  result: DuckDBResult,
  { rows: most, characters }: AnswerLimits,
): Promise<{ readonly rows: Row[]; readonly isCut: boolean }> => {
  const rows: Row[] = [];
  let left = characters;
  let chunk: DuckDBDataChunk | null = await result.fetchChunk();
  while (chunk && chunk.rowCount > 0) {
    for (let i = 0; i < chunk.rowCount; i++) {
      if (rows.length >= most) return { rows, isCut: true };
      const row = chunk.convertRowValues(i, JsonDuckDBValueConverter);
      left -= sizeOf(row);
      if (left < 0) return { rows, isCut: true };
      rows.push(row);
    }
    chunk = await result.fetchChunk();
  }
  return { rows, isCut: false };
};

const columnsOf = (result: DuckDBResult) => {
  const types = result.columnTypes();
  return result
    .deduplicatedColumnNames()
    .map((name, i) => ({ name, type: String(types[i]) }));
};

const answer = async (
  connection: DuckDBConnection,
  { sql, database, limits }: GuardedQuery,
): Promise<LimitedResult> => {
  await judge(connection, sql);
  if (database !== undefined) await connection.run(`USE ${ident(database)}`);
  const result = await connection.stream(sql);
  return { columns: columnsOf(result), ...(await readUntil(result, limits)) };
};

/**
 * Stops a query when its time is over. The engine does not look up from its
 * work at every moment, as while it folds a long list of constants: who asked
 * is told all the same, and the query ends when the engine notices.
 */
const within = async <T>(
  seconds: number,
  asked: Promise<T>,
  interrupt: () => void,
): Promise<T> => {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    interrupt();
    over.reject(
      new UsageError(`the query was stopped after ${seconds} s, its limit`),
    );
  }, seconds * 1000);
  try {
    return await Promise.race([asked, over.promise]);
  } catch (error) {
    throw queryError(error);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Opens views for SQL that nobody has looked at: one SELECT at a time, no file
 * but those that the views are over, no network, no setting, and bounds for
 * memory, disk, time and the answer.
 */
export const openGuardedLake = async (
  options: GuardedOptions,
): Promise<GuardedLake> => {
  const spill = join(tmpdir(), `tributary-${randomUUID()}`);
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    temp_directory: spill,
    max_temp_directory_size: '4GB',
    memory_limit: options.memory,
  });
  const first = await instance.connect();
  for (const statement of options.setup) await first.run(statement);
  await first.run(`SET allowed_paths = ${list(options.files)}`);
  await first.run('SET enable_external_access = false');
  await first.run('SET lock_configuration = true');
  const running = new Set<Promise<unknown>>();
  return {
    query: async (query) => {
      const connection = await instance.connect();
      const asked = answer(connection, query).finally(() => {
        connection.interrupt();
        connection.closeSync();
        running.delete(asked);
      });
      running.add(asked);
      return within(query.limits.seconds, asked, () => connection.interrupt());
    },
    close: async () => {
      await Promise.allSettled(running);
      first.closeSync();
      instance.closeSync();
      await rm(spill, { recursive: true, force: true });
    },
  };
};
