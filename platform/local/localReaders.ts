import { PublishError } from '../../core/errors.ts';
import { countParquetRows } from '../countParquetRows.ts';
import type { Catalog, PublishedPiece, Readers, Store } from '../ports.ts';

/** The rows that the footer of a Parquet file tells. */
const countFile = async (store: Store, key: string): Promise<number> => {
  try {
    return await countParquetRows(await store.local(key));
  } catch (cause) {
    throw new PublishError(
      `it is no whole Parquet file: ${(cause as Error).message}`,
      { file: key },
      { cause },
    );
  }
};

/**
 * Readers of a lake on this machine: they look up the catalog and read the files
 * that it names. Counted without the engine that has written them.
 */
export const localReaders = (store: Store, catalog: Catalog): Readers => ({
  count: async (database, pieces) => {
    const { tables } = await catalog.read(database);
    const filesOf = ({ table, values }: PublishedPiece): string[] =>
      (tables[table]?.partitions ?? [])
        .filter((one) =>
          Object.entries(values).every(([key, v]) => one.values[key] === v),
        )
        .flatMap(({ location, files }) =>
          files.map((file) => `${location}${file}`),
        );
    const rows: number[] = [];
    for (const piece of pieces) {
      let sum = 0;
      // One after the other: they are as many as a table has files.
      for (const key of filesOf(piece)) sum += await countFile(store, key);
      rows.push(sum);
    }
    return { rows };
  },
});
