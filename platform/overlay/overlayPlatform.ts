import type { CatalogState } from '../../core/catalog.ts';
import { PublishError } from '../../core/errors.ts';
import type { Catalog, Lease, Locks, Platform } from '../ports.ts';
import { overlayStore } from './overlayStore.ts';

/** Nobody else can want a lock on what nobody else sees. */
const freeLocks: Locks = {
  acquire: async (name) => ({ lease: { name, fence: 1 } satisfies Lease }),
  assertHeld: async () => {},
  release: async () => {},
};

/** The catalog as it was when it was first asked. */
const frozenCatalog = (base: Catalog): Catalog => {
  const states = new Map<string, Promise<CatalogState>>();
  return {
    read: (database) => {
      const state = states.get(database) ?? base.read(database);
      states.set(database, state);
      return state;
    },
    replace: async () => {
      throw new PublishError('nothing is published from a preview');
    },
    settle: async () => {},
    databases: () => base.databases(),
  };
};

/**
 * A world in which steps of a run can be tried: it shows what the given one
 * has, and changes nothing there. All that is written goes to a folder.
 */
export const overlayPlatform = (base: Platform, folder: string): Platform => {
  // Nobody is told of what only might be.
  const { lineage: _, notifier: __, meter: ___, ...rest } = base;
  return {
    ...rest,
    store: overlayStore(base.store, folder),
    locks: freeLocks,
    catalog: frozenCatalog(base.catalog),
  };
};
