import { LockedError } from '../../core/errors.ts';
import type { Executions, Holder, Locks } from '../ports.ts';
import type { S3Objects, S3Text } from './s3Objects.ts';

/** The last owner of a lock. */
interface Entry extends Holder {
  readonly fence: number;
  readonly released?: true;
}

const keyOf = (name: string) => `locks/${name}.json`;

const entryOf = (text: S3Text | undefined): Entry | undefined =>
  text && (JSON.parse(text.body) as Entry);

/**
 * A lock is one object, replaced only on the condition that it is still the one
 * that was read (If-Match, or If-None-Match for the first owner). It is never
 * removed, so that its fence never falls.
 */
export const s3Locks = (objects: S3Objects, executions: Executions): Locks => ({
  acquire: async (name, holder) => {
    let dead: Holder | undefined;
    for (;;) {
      const text = await objects.read(keyOf(name));
      const last = entryOf(text);
      const isHeld = last !== undefined && !last.released;
      if (isHeld && last.execution === holder.execution)
        return {
          lease: {
            name,
            fence: last.fence,
            // The answer to the write that took it over may have been lost.
            ...(dead && { abandoned: dead }),
          },
        };
      const { execution = '', run = '' } = last ?? {};
      if (isHeld && (await executions.isRunning(execution)))
        return { heldBy: { execution, run } };
      dead = isHeld ? { execution, run } : undefined;
      const fence = (last?.fence ?? 0) + 1;
      const entry: Entry = { ...holder, fence };
      if (await objects.replace(keyOf(name), text, JSON.stringify(entry)))
        return { lease: { name, fence, ...(dead && { abandoned: dead }) } };
    }
  },

  assertHeld: async ({ name, fence }) => {
    const last = entryOf(await objects.read(keyOf(name)));
    if (last?.fence !== fence || last.released)
      throw new LockedError(
        `the lock ${name} was taken over: ${fence} is no longer the last`,
      );
  },

  release: async (name, execution) => {
    const text = await objects.read(keyOf(name));
    const last = entryOf(text);
    if (!last || last.released || last.execution !== execution) return;
    const entry: Entry = { ...last, released: true };
    await objects.replace(keyOf(name), text, JSON.stringify(entry));
  },
});
