import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { readCatalog } from '../../cli/commands/tables.ts';
import { lakeViews, linesView } from '../../engine/query/lakeViews.ts';
import { ident } from '../../engine/sql.ts';
import { OPS_COLUMNS } from '../../functions/shared/ops.ts';
import type { Platform } from '../../platform/ports.ts';
import type { TypedColumn } from './columns.ts';

/** The published tables as the engine reads them. */
export type Engine = {
  /** The columns of a SELECT's result; its unqualified names are of `schema`. */
  columns(sql: string, schema: string): Promise<TypedColumn[]>;
  /** Hands the rows of a SELECT over, one by one. */
  rows(
    sql: string,
    schema: string,
    take: (row: readonly unknown[]) => void,
  ): Promise<void>;
  close(): void;
};

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

/** Opens the lake in the folder `lake`. */
export async function openEngine(
  platform: Platform,
  lake: string,
): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:');
  const setup = await instance.connect();
  for (const sql of await setupOf(platform, lake)) await setup.run(sql);
  setup.closeSync();

  const within = async <T>(
    schema: string,
    work: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> => {
    const connection = await instance.connect();
    try {
      await connection.run(`SET schema = ${ident(schema)}`);
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  };

  return {
    columns: (sql, schema) =>
      within(schema, async (connection) => {
        const prepared = await connection.prepare(sql);
        return Array.from({ length: prepared.columnCount }, (_, i) => ({
          name: prepared.columnName(i),
          type: String(prepared.columnType(i)),
        }));
      }),
    rows: (sql, schema, take) =>
      within(schema, async (connection) => {
        const result = await connection.stream(sql);
        for (;;) {
          const chunk = await result.fetchChunk();
          if (!chunk || chunk.rowCount === 0) return;
          for (const row of chunk.getRows()) take(row);
        }
      }),
    close: () => instance.closeSync(),
  };
}
