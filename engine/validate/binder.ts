import { DuckDBInstance, JSDuckDBValueConverter } from '@duckdb/node-api';
import type { PlanColumn } from '../../core/plan.ts';
import { Database } from '../database.ts';
import { duckType, ident } from '../sql.ts';

/** A column of a SELECT's result, in the engine's types. */
export interface Found {
  readonly name: string;
  readonly type: string;
}

/** A column of a relation that is declared or published. */
export type Named = Pick<PlanColumn, 'name' | 'type'>;

const columnList = (columns: readonly Named[]) =>
  columns
    .map(({ name, type }) => `${ident(name)} ${duckType(type)}`)
    .join(', ');

/** Binds SQL to empty relations, and reads no file. */
export interface Binder {
  /** Makes an empty relation; one of that name is replaced. */
  relation(name: string, columns: readonly Named[]): Promise<void>;
  /** Makes one that is named with its database; one there is replaced. */
  published(
    database: string,
    name: string,
    columns: readonly Named[],
  ): Promise<void>;
  relationOf(name: string, select: string): Promise<void>;
  drop(name: string): Promise<void>;
  /** @throws the engine's error as JSON: see `explainFault.ts`. */
  describe(select: string): Promise<Found[]>;
  /** The names that a SELECT reads. */
  reads(select: string): readonly string[];
  close(): void;
}

/** Text in front of a SELECT, on its first line. */
export const BEFORE = 'DESCRIBE FROM (';

export const openBinder = async (): Promise<Binder> => {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // What reads a file here would find none in the cloud.
    enable_external_access: 'false',
    threads: '1',
  });
  const db = new Database(
    instance,
    await instance.connect(),
    JSDuckDBValueConverter,
  );
  await db.run('SET errors_as_json = true');
  return {
    relation: (name, columns) =>
      db.run(
        `CREATE OR REPLACE TEMP TABLE ${ident(name)} (${columnList(columns)})`,
      ),
    published: async (database, name, columns) => {
      await db.run(`CREATE SCHEMA IF NOT EXISTS ${ident(database)}`);
      await db.run(
        `CREATE OR REPLACE TABLE ${ident(database)}.${ident(name)} ` +
          `(${columnList(columns)})`,
      );
    },
    relationOf: (name, select) =>
      db.run(`CREATE TEMP TABLE ${ident(name)} AS ${select}`),
    drop: (name) => db.run(`DROP TABLE IF EXISTS ${ident(name)}`),
    // In brackets, as where a table is made: so it is one SELECT and no more.
    describe: async (select) => {
      const rows = await db.rows(`${BEFORE}${select}\n)`);
      return rows.map((row) => ({
        name: String(row.column_name),
        type: String(row.column_type),
      }));
    },
    reads: (select) => db.connection.getTableNames(select, false),
    close: () => {
      db.close();
      instance.closeSync();
    },
  };
};
