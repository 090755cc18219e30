import { locksContract } from '../contract/locksContract.ts';
import { startRivals } from '../contract/startRivals.ts';
import { inTemporary } from '../contract/temporary.ts';
import type { Acquired, Store } from '../ports.ts';
import { fileSystem } from './fileSystem.ts';
import { localExecutions, newExecution } from './localExecutions.ts';
import { localLocks } from './localLocks.ts';
import { localStore } from './localStore.ts';
import { localSubject, open } from './localSubject.ts';

locksContract('numbered files', localSubject);

const fenceOf = (taken: Acquired) =>
  'lease' in taken ? taken.lease.fence : undefined;

test('a killed process leaves its lock to the next one', () =>
  inTemporary(async (place) => {
    const rivals = await startRivals(localSubject, place, [
      { task: 'take', argument: { name: 'a/b' } },
    ]);
    const [dead] = rivals.results;
    const { locks, begin } = await open(place);
    const holder = { execution: await begin(), run: 'r' };
    expect(await locks.acquire('a/b', holder)).toHaveProperty('heldBy');
    await rivals.kill();
    const taken = await locks.acquire('a/b', holder);
    expect(taken).toMatchObject({
      lease: {
        abandoned: { execution: dead?.execution, run: dead?.execution },
      },
    });
    expect(fenceOf(taken)).toBeGreaterThan(dead?.fence ?? Infinity);
  }));

/** Locks that do something else between the look and the file they make. */
const delayed = (store: Store, meanwhile: () => Promise<void>) => {
  let isFirst = true;
  const create: Store['create'] = async (key, body) => {
    if (isFirst) {
      isFirst = false;
      await meanwhile();
    }
    return store.create(key, body);
  };
  return localLocks({ ...store, create }, localExecutions());
};

test('a number that others took and tidied away is not taken again', () =>
  inTemporary(async (root) => {
    const store = localStore(root, fileSystem);
    const locks = localLocks(store, localExecutions());
    const [slow, quick, last] = await Promise.all(
      ['slow', 'quick', 'last'].map(async (run) => ({
        run,
        execution: await newExecution(),
      })),
    );
    if (!slow || !quick || !last) throw new Error('three holders');
    await locks.acquire('a', quick);
    await locks.release('a', quick.execution);
    const late = delayed(store, async () => {
      await locks.acquire('a', quick);
      await locks.release('a', quick.execution);
      await locks.acquire('a', last);
    });
    expect(await late.acquire('a', slow)).toEqual({ heldBy: last });
    await locks.release('a', last.execution);
    expect(await late.acquire('a', slow)).toHaveProperty('lease');
  }));

test('the files of a lock do not pile up', () =>
  inTemporary(async (root) => {
    const store = localStore(root, fileSystem);
    const locks = localLocks(store, localExecutions());
    for (let i = 0; i < 10; i++) {
      const execution = await newExecution();
      await locks.acquire('a', { execution, run: String(i) });
      await locks.release('a', execution);
    }
    expect((await store.list('locks/a/')).length).toBeLessThan(4);
  }));
