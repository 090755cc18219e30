import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Column } from './sql.ts';
import { addPartition, createExternal } from './tables.ts';

export { createExternal } from './tables.ts';

type Partition = { values: Record<string, string | null>; location: string };
type Table = {
  columns: Column[];
  partitionBy: string[];
  partitions: Partition[];
};
type Catalog = { database: string; tables: Record<string, Table> };

const registerTable = async (
  url: string,
  lakeDir: string,
  database: string,
  name: string,
  { columns, partitionBy, partitions }: Table,
): Promise<void> => {
  const folder = (partition: Partition) => join(lakeDir, partition.location);
  const [only] = partitions;
  const partitioned = partitionBy.length > 0;
  if (!partitioned && partitions.length > 1) {
    throw new Error(`${database}.${name} has ${partitions.length} locations`);
  }
  for (const partition of partitions) {
    // Trino takes a missing folder of a plain table for an empty table.
    if (!existsSync(folder(partition))) {
      throw new Error(`${database}.${name}: no folder ${folder(partition)}`);
    }
  }
  // Nothing published: a folder that does not exist, thus an empty table. A
  // partitioned table's own location is never read but has to exist, since
  // the file metastore takes partitions elsewhere only for external tables.
  let location = join(lakeDir, 'nothing-published');
  if (only) location = partitioned ? dirname(folder(only)) : folder(only);
  await createExternal(url, database, name, columns, location, { partitionBy });
  if (!partitioned) return;
  for (const partition of partitions) {
    const values: Record<string, string | null> = {};
    for (const key of partitionBy) {
      values[key] = partition.values[key] ?? null;
    }
    await addPartition(url, database, name, values, folder(partition));
  }
};

/**
 * Makes every table of the lake's catalogs (`<lake>/catalog/<database>.json`)
 * known to the server as `hive.<database>.<table>`, over the Parquet files in
 * place, partition columns last. Called again it follows a newer catalog.
 *
 * Gives the tables' names as `database.table`. Throws on an unknown type, a
 * missing folder or what Trino refuses.
 */
export async function register(
  url: string,
  lakeDir: string,
): Promise<string[]> {
  const dir = join(lakeDir, 'catalog');
  const files = existsSync(dir) ? (await readdir(dir)).sort() : [];
  const names: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.json'))) {
    const text = await readFile(join(dir, file), 'utf8');
    const { database, tables } = JSON.parse(text) as Catalog;
    for (const [name, table] of Object.entries(tables)) {
      await registerTable(url, lakeDir, database, name, table);
      names.push(`${database}.${name}`);
    }
  }
  return names;
}

/** Columns of the ledger tables. */
export type OpsColumns = { runs: Column[]; checks: Column[] };

/**
 * Makes `ops.runs` and `ops.checks` over the newline-delimited JSON files in
 * `<lake>/ops/runs/` and `<lake>/ops/checks/`; a missing folder gives an empty
 * table. Fields are found by name in any case; a missing one reads as NULL.
 */
export async function registerOps(
  url: string,
  lakeDir: string,
  columns: OpsColumns,
): Promise<void> {
  for (const [table, list] of Object.entries(columns)) {
    const folder = join(lakeDir, 'ops', table);
    await createExternal(url, 'ops', table, list, folder, {
      format: 'OPENX_JSON',
    });
  }
}
