import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../ports.ts';
import { runRivals } from './startRivals.ts';
import { openSubject, type Subject } from './subject.ts';
import { inTemporary } from './temporary.ts';

const ESCAPES = ['../out', 'a/../../out', '..', 'a/b/../../../out'];

const WAYS_OUT: Readonly<
  Record<string, (store: Store, key: string) => Promise<unknown>>
> = {
  read: (store, key) => store.read(key),
  write: (store, key) => store.write(key, 'x'),
  create: (store, key) => store.create(key, 'x'),
  list: (store, key) => store.list(`${key}/`),
  remove: (store, key) => store.remove(key),
  upload: (store, key) =>
    inTemporary(async (folder) => {
      await writeFile(join(folder, 'f'), 'x');
      await store.upload(join(folder, 'f'), key);
    }),
  copy: (store, key) =>
    inTemporary(async (folder) => {
      await writeFile(join(folder, 'f'), 'x');
      await store.copy(join(folder, 'f'), key);
    }),
  local: (store, key) => store.local(key),
};

/** What every store has to keep, whatever it is made of. */
export const storeContract = (name: string, subject: Subject): void => {
  describe(`${name} is a store`, () => {
    let place = '';
    let store: Store;
    beforeEach(async () => {
      place = await subject.newPlace();
      ({ store } = await openSubject(subject, place));
    });
    afterEach(() => subject.removePlace(place));

    test('a key is read as it was written last, and not before', async () => {
      expect(await store.read('a/b.json')).toBeUndefined();
      await store.write('a/b.json', 'é\r\n\u{1F600}');
      expect(await store.read('a/b.json')).toBe('é\r\n\u{1F600}');
      await store.write('a/b.json', '');
      expect(await store.read('a/b.json')).toBe('');
    });

    test('bytes are written as they are, and no others around them', async () => {
      const bytes = Buffer.from('[é]');
      await store.write('a/b.json', [bytes.subarray(1, -1), bytes]);
      expect(await store.read('a/b.json')).toBe('é[é]');
    });

    test('create leaves alone what is there', async () => {
      expect(await store.create('a/b', 'first')).toBe(true);
      expect(await store.create('a/b', 'second')).toBe(false);
      expect(await store.read('a/b')).toBe('first');
      await store.remove('a/b');
      expect(await store.create('a/b', 'third')).toBe(true);
    });

    test('of many processes one creates', async () => {
      const keys = Array.from({ length: 60 }, (_, i) => `race/${i}`);
      const names = ['p', 'q', 'r', 's', 't'];
      const won = await runRivals(
        subject,
        place,
        names.map((body) => ({ task: 'create', argument: { keys, body } })),
      );
      const winners = Object.fromEntries(
        won.flatMap((mine, i) => mine.map((key) => [key, names[i]])),
      );
      expect(won.flat().sort()).toEqual([...keys].sort());
      for (const key of keys) expect(await store.read(key)).toBe(winners[key]);
    });

    test('nobody reads half of what is written', async () => {
      const key = 'large.txt';
      await store.write(key, 'a'.repeat(200_000));
      const [written, torn] = await runRivals<'write' | 'read'>(
        subject,
        place,
        [
          { task: 'write', argument: { key, times: 60 } },
          { task: 'read', argument: { key } },
        ],
      );
      expect(written).toBe(60);
      expect(torn).toEqual([]);
    });

    test('a list has the keys of a prefix, sorted', async () => {
      for (const key of ['b/2', 'b/10', 'b/c/1', 'ba', 'a/1', 'b-1', 'B/1'])
        await store.write(key, 'x');
      expect(await store.list('b/')).toEqual(['b/10', 'b/2', 'b/c/1']);
      expect(await store.list('b/1')).toEqual(['b/10']);
      expect(await store.list('b')).toEqual([
        'b-1',
        'b/10',
        'b/2',
        'b/c/1',
        'ba',
      ]);
      expect(await store.list('none/')).toEqual([]);
      await store.remove('b/c/1');
      expect(await store.list('b/c/')).toEqual([]);
    });

    test('to remove what is not there is no error', async () => {
      await store.remove('a/none');
      expect(await store.read('a/none')).toBeUndefined();
    });

    test('entries tell sizes and times, and nothing of broken writes', async () => {
      const began = Date.now() - 2000;
      await store.write('a/1', 'é');
      await store.write('a/b/2', '');
      const entries = await store.entries('a/');
      expect(entries.map(({ key, bytes }) => [key, bytes])).toEqual([
        ['a/1', 2],
        ['a/b/2', 0],
      ]);
      for (const { modified } of entries)
        expect(modified.getTime()).toBeGreaterThan(began);
      expect(await store.unfinished('a/')).toEqual([]);
      expect(await store.entries('none/')).toEqual([]);
    });

    test('all below a folder is removed, and nothing beside it', async () => {
      for (const key of ['a/b/1', 'a/b/c/2', 'a/bc/3', 'a/4'])
        await store.write(key, 'x');
      await store.removeAll('a/b/');
      expect(await store.list('')).toEqual(['a/4', 'a/bc/3']);
      await store.removeAll('a/b/');
      await store.removeAll('a/bc/');
      expect(await store.list('')).toEqual(['a/4']);
      for (const prefix of ['a', '', '/', '../'])
        await expect(store.removeAll(prefix)).rejects.toThrow(
          /no folder|leads out/,
        );
      await store.write('a/b/1', 'again');
      expect(await store.list('a/')).toEqual(['a/4', 'a/b/1']);
    });

    test('what is flushed later is there at once', () =>
      inTemporary(async (folder) => {
        const file = join(folder, 'f');
        await writeFile(file, 'bytes');
        await store.copy(file, 'to/copied', 'later');
        await store.upload(file, 'to/uploaded', 'later');
        const keys = ['to/copied', 'to/uploaded'];
        for (const key of keys) expect(await store.read(key)).toBe('bytes');
        await store.flush(keys);
        for (const key of keys) expect(await store.read(key)).toBe('bytes');
      }));

    test('upload takes the file away, copy leaves it', () =>
      inTemporary(async (folder) => {
        const file = join(folder, 'f');
        await writeFile(file, 'bytes');
        await store.copy(file, 'to/copied');
        await store.upload(file, 'to/uploaded');
        expect(await store.read('to/copied')).toBe('bytes');
        expect(await store.read('to/uploaded')).toBe('bytes');
        await expect(readFile(file)).rejects.toThrow('ENOENT');
        await writeFile(file, 'newer');
        await store.copy(file, 'to/copied');
        await store.upload(file, 'to/uploaded');
        expect(await store.read('to/copied')).toBe('newer');
        expect(await store.read('to/uploaded')).toBe('newer');
      }));

    test('an object can be read from a path of this machine', async () => {
      await store.write('a/b', 'bytes');
      expect(await readFile(await store.local('a/b'), 'utf8')).toBe('bytes');
    });

    for (const [way, go] of Object.entries(WAYS_OUT))
      test.each(ESCAPES)(`${way} refuses a key that leads out: %s`, (key) =>
        expect(go(store, key)).rejects.toThrow('leads out'),
      );

    test('many ask for the same object at once', async () => {
      await store.write('many', 'bytes '.repeat(1e5));
      const asked = Array.from({ length: 50 }, () => store.local('many'));
      expect(new Set(await Promise.all(asked)).size).toBe(1);
    });

    test('a key that begins with / stays inside', async () => {
      await store.write('/a/b', 'x');
      expect(await store.list('a/')).toEqual(['a/b']);
    });
  });
};
