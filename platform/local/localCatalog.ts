import type { CatalogState } from '../../core/catalog.ts';
import { PublishError } from '../../core/errors.ts';
import { parseJson } from '../../core/parseJson.ts';
import type { Catalog, Store } from '../ports.ts';

const keyOf = (database: string) => `catalog/${database}.json`;

/**
 * The catalog as one file for each database. All tables of a run switch by the
 * one rename that replaces it. Writers are kept apart by the publish lease; the
 * version is compared all the same.
 */
export const localCatalog = (store: Store): Catalog => {
  const read = async (database: string): Promise<CatalogState> => {
    const body = await store.read(keyOf(database));
    return body === undefined
      ? { database, version: 0, run: '', tables: {}, watermarks: {} }
      : parseJson<CatalogState>(body, { file: keyOf(database) });
  };
  return {
    read,
    replace: async (before, after) => {
      const { version } = await read(before.database);
      if (version !== before.version)
        throw new PublishError(
          `the catalog of ${before.database} is at version ${version}, not ` +
            `${before.version}: another publish came between`,
        );
      await store.write(
        keyOf(before.database),
        JSON.stringify({ ...after, version: before.version + 1 }, null, 1),
      );
    },
    // One rename has done all.
    settle: async () => {},
    databases: async () =>
      (await store.list('catalog/')).map((key) =>
        key.slice('catalog/'.length, -'.json'.length),
      ),
  };
};
