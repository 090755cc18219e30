import type { Opened } from './subject.ts';

const SIZE = 200_000;

/** What stands in the catalog's place of a whole state: all or nothing. */
const stateOf = (mark: number) => ({
  watermarks: { a: String(mark), b: String(mark) },
});

const acquire = async ({ locks }: Opened, name: string, execution: string) => {
  for (;;) {
    const taken = await locks.acquire(name, { execution, run: execution });
    if ('lease' in taken) return taken.lease;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

/** What other processes do to a place while a test looks. */
export const rivalTasks = {
  /** @returns the keys that this process created. */
  create: async (
    { store }: Opened,
    { keys, body }: { readonly keys: readonly string[]; readonly body: string },
  ): Promise<string[]> => {
    const won: string[] = [];
    for (const key of keys) if (await store.create(key, body)) won.push(key);
    return won;
  },

  /** Writes large bodies of one letter each, and `end` at last. */
  write: async (
    { store }: Opened,
    { key, times }: { readonly key: string; readonly times: number },
  ): Promise<number> => {
    for (let i = 0; i < times; i++)
      await store.write(key, 'ab'.charAt(i % 2).repeat(SIZE));
    await store.write(key, 'end');
    return times;
  },

  /** Reads until `end`. @returns what was no whole body of one letter. */
  read: async (
    { store }: Opened,
    { key }: { readonly key: string },
  ): Promise<string[]> => {
    const torn: string[] = [];
    for (;;) {
      const body = await store.read(key);
      if (body === 'end') return torn;
      if (body === 'a'.repeat(SIZE) || body === 'b'.repeat(SIZE)) continue;
      torn.push(`${body?.slice(0, 10)}… of ${body?.length}`);
    }
  },

  /** @returns the execution, and the fence where it got the lock. */
  take: async (
    { locks, begin }: Opened,
    { name }: { readonly name: string },
  ): Promise<{ execution: string; fence?: number; heldBy?: string }> => {
    const execution = await begin();
    const taken = await locks.acquire(name, { execution, run: execution });
    return 'lease' in taken
      ? { execution, fence: taken.lease.fence }
      : { execution, heldBy: taken.heldBy.execution };
  },

  /** Counts on under a lock: no step is atomic but the lock. */
  count: async (
    opened: Opened,
    {
      name,
      key,
      times,
    }: { readonly name: string; readonly key: string; readonly times: number },
  ): Promise<number[]> => {
    const execution = await opened.begin();
    const fences: number[] = [];
    for (let i = 0; i < times; i++) {
      const lease = await acquire(opened, name, execution);
      const before = Number((await opened.store.read(key)) ?? 0);
      await opened.store.write(key, String(before + 1));
      await opened.locks.assertHeld(lease);
      await opened.locks.release(name, execution);
      fences.push(lease.fence);
    }
    return fences;
  },

  /** Replaces a catalog's state over and over, as the holder of a lock. */
  publish: async (
    opened: Opened,
    { database, times }: { readonly database: string; readonly times: number },
  ): Promise<number> => {
    const execution = await opened.begin();
    const name = `publish/${database}`;
    for (let i = 0; i < times; i++) {
      await acquire(opened, name, execution);
      const state = await opened.catalog.read(database);
      const after = { ...state, ...stateOf(state.version + 1) };
      await opened.catalog.replace(state, after);
      await opened.locks.release(name, execution);
    }
    return times;
  },

  /** Reads a catalog up to a version. @returns states that were not whole. */
  readCatalog: async (
    { catalog }: Opened,
    { database, until }: { readonly database: string; readonly until: number },
  ): Promise<string[]> => {
    const torn: string[] = [];
    for (;;) {
      const { version, watermarks } = await catalog.read(database);
      const isWhole =
        version === 0 ||
        JSON.stringify(watermarks) ===
          JSON.stringify(stateOf(version).watermarks);
      if (!isWhole) torn.push(JSON.stringify({ version, watermarks }));
      if (version >= until) return torn;
    }
  },
} as const;

export type RivalTask = keyof typeof rivalTasks;
export type RivalArgument<T extends RivalTask> = Parameters<
  (typeof rivalTasks)[T]
>[1];
export type RivalResult<T extends RivalTask> = Awaited<
  ReturnType<(typeof rivalTasks)[T]>
>;
