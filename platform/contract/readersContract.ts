import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { CatalogTable, Snapshot } from '../../core/catalog.ts';
import type { Catalog, Readers, Store } from '../ports.ts';

/** A place with a catalog, and those who read by it. */
export interface ReadersPlace {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly readers: Readers;
  remove(): Promise<void>;
}

const COLUMNS = [
  { name: 'id', type: 'int' },
  { name: 'day', type: 'date' },
] as const;

/** Writes a Parquet file of so many rows, as the engine does, to a key. */
const writeRows = async (
  { store }: ReadersPlace,
  folder: string,
  key: string,
  rows: number,
  columns = 'i::INTEGER AS id',
): Promise<void> => {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  const file = join(folder, 'part.parquet');
  await db.run(
    `COPY (SELECT ${columns} FROM range(${rows}) t(i)) TO '${file}' (FORMAT parquet)`,
  );
  db.closeSync();
  instance.closeSync();
  await store.upload(file, key);
};

const snapshot = (
  location: string,
  rows: number,
  values: Snapshot['values'] = {},
  files = ['part-0.parquet'],
): Snapshot => ({
  ...{ location, rows, values, files },
  ...{ run: 'r1', period: '2024-05-01', bytes: 1 },
});

const whole = (at: Snapshot): CatalogTable => ({
  mode: 'replace',
  columns: COLUMNS.slice(0, 1),
  partitionBy: [],
  partitions: [at],
});

/** What whoever asks those who read the tables may rely on. */
export const readersContract = (
  name: string,
  open: () => Promise<ReadersPlace>,
): void => {
  describe(`readers: ${name}`, () => {
    let place: ReadersPlace;
    let folder: string;
    beforeEach(async () => {
      place = await open();
      folder = await mkdtemp(join(tmpdir(), 'tributary-'));
    });
    afterEach(async () => {
      await place.remove();
      await rm(folder, { recursive: true });
    });

    const publish = async (tables: Record<string, CatalogTable>) => {
      const before = await place.catalog.read('shop');
      await place.catalog.replace(before, { ...before, run: 'r1', tables });
    };
    const prices = {
      table: 'prices',
      columns: COLUMNS.slice(0, 1),
      values: {},
    };
    const count = async (...pieces: Parameters<Readers['count']>[1]) =>
      (await place.readers.count('shop', pieces)).rows;

    test('find all rows of all files of a table', async () => {
      await writeRows(place, folder, 'tables/a/part-0.parquet', 3);
      await writeRows(place, folder, 'tables/a/part-1.parquet', 4);
      const files = ['part-0.parquet', 'part-1.parquet'];
      await publish({ prices: whole(snapshot('tables/a/', 99, {}, files)) });
      expect(await count(prices)).toEqual([7]);
    });

    test('follow the pointer when it moves', async () => {
      for (const rows of [3, 5]) {
        await writeRows(place, folder, `tables/${rows}/part-0.parquet`, rows);
        await publish({ prices: whole(snapshot(`tables/${rows}/`, rows)) });
        expect(await count(prices)).toEqual([rows]);
      }
    });

    test('find the rows of one partition, and of several pieces at once', async () => {
      await writeRows(place, folder, 'tables/p/part-0.parquet', 1);
      const days = ['2024-05-01', '2024-05-02'];
      for (const [at, day] of days.entries())
        await writeRows(
          place,
          folder,
          `tables/o/day=${day}/part-0.parquet`,
          at + 10,
        );
      await publish({
        prices: whole(snapshot('tables/p/', 1)),
        orders: {
          mode: 'partition',
          columns: COLUMNS,
          partitionBy: ['day'],
          partitions: days.map((day, at) =>
            snapshot(`tables/o/day=${day}/`, at + 10, { day }),
          ),
        },
      });
      const orders = (day: string) => ({
        ...{ table: 'orders', columns: COLUMNS, values: { day } },
      });
      expect(
        await count(orders('2024-05-02'), prices, orders('2024-05-01')),
      ).toEqual([11, 1, 10]);
    });

    test('say so where a file is not what it should be', async () => {
      await place.store.write('tables/b/part-0.parquet', 'no Parquet');
      await publish({ prices: whole(snapshot('tables/b/', 1)) });
      await expect(count(prices)).rejects.toThrow(/tables\/b\/part-0/);
    });
  });
};
