import { LockedError } from '../../core/errors.ts';
import type { Acquired, Lease } from '../ports.ts';
import { runRivals, startRivals } from './startRivals.ts';
import { type Opened, openSubject, type Subject } from './subject.ts';

const NAME = 'run/shop/2024-05-01';

const leaseOf = (taken: Acquired): Lease => {
  if ('lease' in taken) return taken.lease;
  throw new Error(`held by ${taken.heldBy.execution}`);
};

/** What every kind of locks has to keep. */
export const locksContract = (name: string, subject: Subject): void => {
  describe(`${name} are locks`, () => {
    let place = '';
    let opened: Opened;
    let first = '';
    let second = '';
    beforeEach(async () => {
      place = await subject.newPlace();
      opened = await openSubject(subject, place);
      first = await opened.begin();
      second = await opened.begin();
    });
    afterEach(() => subject.removePlace(place));

    const acquire = (execution: string, lock = NAME) =>
      opened.locks.acquire(lock, { execution, run: `run of ${execution}` });

    test('who comes second is told who holds it', async () => {
      const lease = leaseOf(await acquire(first));
      expect(lease.name).toBe(NAME);
      expect(lease.abandoned).toBeUndefined();
      const heldBy = { execution: first, run: `run of ${first}` };
      expect(await acquire(second)).toEqual({ heldBy });
      await opened.locks.assertHeld(lease);
    });

    test('its holder takes it again with the same fence', async () => {
      const lease = leaseOf(await acquire(first));
      expect(leaseOf(await acquire(first)).fence).toBe(lease.fence);
    });

    test('the fence rises with every owner', async () => {
      const fences: number[] = [];
      for (const execution of [first, second, first]) {
        fences.push(leaseOf(await acquire(execution)).fence);
        await opened.locks.release(NAME, execution);
      }
      const [a = 0, b = 0, c = 0] = fences;
      expect(b).toBeGreaterThan(a);
      expect(c).toBeGreaterThan(b);
    });

    test('a lease that was given back holds no more', async () => {
      const lease = leaseOf(await acquire(first));
      await opened.locks.release(NAME, first);
      await expect(opened.locks.assertHeld(lease)).rejects.toThrow(LockedError);
      leaseOf(await acquire(second));
      await expect(opened.locks.assertHeld(lease)).rejects.toThrow(LockedError);
    });

    test('it is taken over from an execution that ended', async () => {
      const old = leaseOf(await acquire(first));
      await opened.end(first);
      const lease = leaseOf(await acquire(second));
      expect(lease.abandoned).toEqual({
        execution: first,
        run: `run of ${first}`,
      });
      expect(lease.fence).toBeGreaterThan(old.fence);
      await expect(opened.locks.assertHeld(old)).rejects.toThrow(LockedError);
      await opened.locks.assertHeld(lease);
    });

    test('a release by somebody else does nothing', async () => {
      const lease = leaseOf(await acquire(first));
      await opened.locks.release(NAME, second);
      await opened.locks.assertHeld(lease);
      expect(await acquire(second)).toHaveProperty('heldBy');
      await opened.locks.release('run/shop/none', second);
    });

    test('a release by an owner of old does nothing', async () => {
      leaseOf(await acquire(first));
      await opened.end(first);
      const lease = leaseOf(await acquire(second));
      await opened.locks.release(NAME, first);
      await opened.locks.assertHeld(lease);
    });

    test('locks know nothing of each other, nested names included', async () => {
      const owners = new Map<string, string>();
      for (const lock of ['a', 'a/b', 'a/b/c', 'a-b', 'ab']) {
        const owner = await opened.begin();
        owners.set(lock, owner);
        leaseOf(await acquire(owner, lock));
      }
      await opened.locks.release('a', owners.get('a') ?? '');
      leaseOf(await acquire(first, 'a'));
      owners.set('a', first);
      for (const [lock, execution] of owners)
        expect(await acquire(second, lock)).toMatchObject({
          heldBy: { execution },
        });
    });

    test('of many processes one takes it', async () => {
      const rivals = await startRivals(
        subject,
        place,
        Array.from({ length: 6 }, () => ({
          task: 'take' as const,
          argument: { name: NAME },
        })),
      );
      const { results } = rivals;
      const winners = results.filter(({ fence }) => fence !== undefined);
      expect(winners).toHaveLength(1);
      const others = results.filter(({ fence }) => fence === undefined);
      for (const { heldBy } of others)
        expect(heldBy).toBe(winners[0]?.execution);
      expect(await acquire(first)).toHaveProperty('heldBy');
      await rivals.end();
    });

    test('many processes take turns, and none is lost', async () => {
      const argument = { name: NAME, key: 'counter', times: 15 };
      const fences = await runRivals(
        subject,
        place,
        Array.from({ length: 4 }, () => ({ task: 'count' as const, argument })),
      );
      expect(await opened.store.read('counter')).toBe('60');
      expect(new Set(fences.flat()).size).toBe(60);
      for (const mine of fences)
        expect(mine).toEqual([...mine].sort((a, b) => a - b));
    });
  });
};
