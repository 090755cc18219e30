import type { CatalogState, CatalogTable } from '../../core/catalog.ts';
import { PublishError } from '../../core/errors.ts';
import type { Catalog, Store } from '../ports.ts';
import { runRivals } from './startRivals.ts';
import { openSubject, type Subject } from './subject.ts';

const table = (run: string): CatalogTable => ({
  mode: 'replace',
  columns: [{ name: 'n', type: 'int' }],
  partitionBy: [],
  partitions: [
    {
      values: {},
      location: `tables/shop/t/run=${run}/`,
      files: ['part-0.parquet'],
      run,
      period: '2024-05-01',
      rows: 1,
      bytes: 100,
    },
  ],
});

const withRun = (state: CatalogState, run: string): CatalogState => ({
  ...state,
  run,
  tables: { t: table(run) },
  watermarks: { source: run },
});

/** What every catalog has to keep. */
export const catalogContract = (name: string, subject: Subject): void => {
  describe(`${name} is a catalog`, () => {
    let place = '';
    let catalog: Catalog;
    let store: Store;
    beforeEach(async () => {
      place = await subject.newPlace();
      ({ catalog, store } = await openSubject(subject, place));
    });
    afterEach(() => subject.removePlace(place));

    test('an unknown database is empty, of version 0', async () => {
      expect(await catalog.read('shop')).toEqual({
        database: 'shop',
        version: 0,
        run: '',
        tables: {},
        watermarks: {},
      });
      expect(await catalog.databases()).toEqual([]);
    });

    test('one that was spoiled is an error, and no beginning', async () => {
      const empty = await catalog.read('shop');
      await catalog.replace(empty, withRun(empty, 'r1'));
      for (const body of ['', '{"database": "shop"']) {
        await store.write('catalog/shop.json', body);
        await expect(catalog.read('shop')).rejects.toThrow(
          'file catalog/shop.json: it is not as it was written',
        );
      }
    });

    test('a state is read as it was put, one version on', async () => {
      const empty = await catalog.read('shop');
      await catalog.replace(empty, withRun(empty, 'r1'));
      const first = await catalog.read('shop');
      expect(first).toEqual({ ...withRun(empty, 'r1'), version: 1 });
      await catalog.replace(first, { ...first, run: 'r2', tables: {} });
      expect(await catalog.read('shop')).toEqual({
        ...first,
        version: 2,
        run: 'r2',
        tables: {},
      });
    });

    test('of two that read the same version the second is refused', async () => {
      const empty = await catalog.read('shop');
      await catalog.replace(empty, withRun(empty, 'r1'));
      await expect(
        catalog.replace(empty, withRun(empty, 'r2')),
      ).rejects.toThrow(PublishError);
      expect((await catalog.read('shop')).run).toBe('r1');
    });

    test('databases are apart', async () => {
      for (const database of ['shop', 'bank']) {
        const empty = await catalog.read(database);
        await catalog.replace(empty, withRun(empty, database));
      }
      expect((await catalog.databases()).sort()).toEqual(['bank', 'shop']);
      expect((await catalog.read('shop')).run).toBe('shop');
      expect((await catalog.read('bank')).version).toBe(1);
    });

    test('many processes publish in turn, and readers see whole states', async () => {
      const [one, other, torn] = await runRivals<'publish' | 'readCatalog'>(
        subject,
        place,
        [
          { task: 'publish', argument: { database: 'shop', times: 20 } },
          { task: 'publish', argument: { database: 'shop', times: 20 } },
          { task: 'readCatalog', argument: { database: 'shop', until: 40 } },
        ],
      );
      expect([one, other]).toEqual([20, 20]);
      expect(torn).toEqual([]);
      expect((await catalog.read('shop')).version).toBe(40);
    });
  });
};
