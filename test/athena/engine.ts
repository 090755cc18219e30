import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { readCatalog } from '../../cli/commands/tables.ts';
import { lakeViews, linesView } from '../../engine/query/lakeViews.ts';
import { ident } from '../../engine/sql.ts';
import { OPS_COLUMNS } from '../../functions/shared/ops.ts';
import type { Platform } from '../../platform/ports.ts';
import type { TypedColumn } from './columns.ts';

/** The published tables as the engine reads them. */
export type Engine = {
  /** Gives a connection whose unqualified names are of `schema`. */
  within<T>(
    schema: string,
    work: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T>;
  close(): void;
};

/** The columns of a SELECT's result. */
export async function columnsOf(
  connection: DuckDBConnection,
  sql: string,
): Promise<TypedColumn[]> {
  const prepared = await connection.prepare(sql);
  return Array.from({ length: prepared.columnCount }, (_, i) => ({
    name: prepared.columnName(i),
    type: String(prepared.columnType(i)),
  }));
}

const setupOf = async (platform: Platform, lake: string): Promise<string[]> => {
  const local = (key: string) => `${lake}/${key}`;
  const ops = await Promise.all(
    (['runs', 'checks'] as const).map(async (name) => {
      const keys = await platform.store.list(`ops/${name}/`);
      return linesView('ops', name, OPS_COLUMNS[name], keys.map(local));
    }),
  );
  return [...lakeViews(await readCatalog(platform), local), ...ops.flat()];
};

/** Opens the lake in the folder `lake`; what memory cannot hold is in `spill`. */
export async function openEngine(
  platform: Platform,
  lake: string,
  spill: string,
): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    temp_directory: spill,
  });
  const setup = await instance.connect();
  for (const sql of await setupOf(platform, lake)) await setup.run(sql);
  setup.closeSync();

  return {
    within: async (schema, work) => {
      const connection = await instance.connect();
      try {
        await connection.run(`SET schema = ${ident(schema)}`);
        return await work(connection);
      } finally {
        connection.closeSync();
      }
    },
    close: () => instance.closeSync(),
  };
}
