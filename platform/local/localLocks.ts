import { LockedError } from '../../core/errors.ts';
import type { Executions, Holder, Lease, Locks, Store } from '../ports.ts';

/** One owner of a lock; `released` where it is free again. */
interface Entry extends Partial<Holder> {
  readonly released?: true;
}

const WIDTH = 12;

/**
 * Locks as a row of numbered files, each created once and never changed; the
 * last one tells who holds the lock, and its number is the fence. A file that
 * can be created by one process alone needs no time-outs and no clean-up after
 * a crash.
 */
export const localLocks = (store: Store, executions: Executions): Locks => {
  const keyOf = (name: string, fence: number) =>
    `locks/${name}/${String(fence).padStart(WIDTH, '0')}.json`;

  const last = async (name: string) => {
    const depth = name.split('/').length + 2;
    const keys = (await store.list(`locks/${name}/`)).filter(
      (k) => k.split('/').length === depth,
    );
    const key = keys.at(-1);
    if (!key) return { fence: 0, entry: { released: true } as Entry, keys };
    const fence = Number(key.slice(-WIDTH - 5, -5));
    const body = await store.read(key);
    const entry = JSON.parse(body ?? '{"released":true}') as Entry;
    return { fence, entry, keys };
  };

  /** What cannot be removed now, the next owner removes. */
  const tidy = (keys: readonly string[]) =>
    Promise.allSettled(keys.slice(0, -1).map((key) => store.remove(key)));

  return {
    acquire: async (name, holder) => {
      for (;;) {
        const { fence, entry, keys } = await last(name);
        const { execution, run } = entry;
        const isHeld = !entry.released && execution && run;
        if (isHeld && execution === holder.execution)
          return { lease: { name, fence } };
        if (isHeld && (await executions.isRunning(execution)))
          return { heldBy: { execution, run } };
        const next = fence + 1;
        if (!(await store.create(keyOf(name, next), JSON.stringify(holder))))
          continue;
        // Since the look at the last number others may have come and gone, and
        // this number may be one that they took and tidied away.
        if ((await last(name)).fence !== next) {
          await store.remove(keyOf(name, next));
          continue;
        }
        await tidy(keys);
        const lease: Lease = {
          name,
          fence: next,
          ...(isHeld && { abandoned: { execution, run } }),
        };
        return { lease };
      }
    },

    assertHeld: async ({ name, fence }) => {
      const current = await last(name);
      if (current.fence !== fence || current.entry.released)
        throw new LockedError(
          `the lock ${name} was taken over: ${fence} is no longer the last`,
        );
    },

    release: async (name, execution) => {
      const { fence, entry, keys } = await last(name);
      if (entry.released || entry.execution !== execution) return;
      await store.create(keyOf(name, fence + 1), '{"released":true}');
      await tidy(keys);
    },
  };
};
