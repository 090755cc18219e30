import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storeContract } from '../contract/storeContract.ts';
import { inTemporary } from '../contract/temporary.ts';
import { fileSystem } from './fileSystem.ts';
import { localStore } from './localStore.ts';
import { localSubject } from './localSubject.ts';

storeContract('a folder', localSubject);

test('what a write left when it was killed is no object', () =>
  inTemporary(async (root) => {
    const rename = () => Promise.reject(new Error('killed'));
    const killed = localStore(root, { ...fileSystem, rename });
    await expect(killed.write('a/b.json', '{}')).rejects.toThrow('killed');
    const store = localStore(root, fileSystem);
    expect(await store.list('')).toEqual([]);
    expect(await store.create('a/b.json', 'x')).toBe(true);
    const half = { ...fileSystem, rename, rm: async () => {} };
    await localStore(root, half)
      .write('a/b.json', '{}')
      .catch(() => {});
    const [left] = await store.unfinished('a/');
    expect(left).toMatchObject({ bytes: 2 });
    expect((await store.entries('a/')).map(({ key }) => key)).toEqual([
      'a/b.json',
    ]);
    await store.remove(left?.key ?? '');
    expect(await store.unfinished('')).toEqual([]);
  }));

test('a file from another disk is uploaded all the same', () =>
  inTemporary(async (folder) => {
    let isFirst = true;
    const rename: typeof fileSystem.rename = async (from, to) => {
      if (!isFirst) return fileSystem.rename(from, to);
      isFirst = false;
      throw Object.assign(new Error('other disk'), { code: 'EXDEV' });
    };
    const root = join(folder, 'lake');
    const store = localStore(root, { ...fileSystem, rename });
    await writeFile(join(folder, 'f'), 'bytes');
    await store.upload(join(folder, 'f'), 'a/b');
    expect(await store.read('a/b')).toBe('bytes');
    await expect(fileSystem.readFile(join(folder, 'f'))).rejects.toThrow(
      'ENOENT',
    );
  }));

test.each(['upload', 'copy'] as const)(
  'the bytes of %s are on the disk before the name is',
  (how) =>
    inTemporary(async (folder) => {
      const done: string[] = [];
      const open: typeof fileSystem.open = async (...args) => {
        const file = await fileSystem.open(...args);
        const sync = file.sync.bind(file);
        file.sync = () => sync().then(() => void done.push('flushed'));
        return file;
      };
      const rename: typeof fileSystem.rename = async (from, to) => {
        done.push('renamed');
        return fileSystem.rename(from, to);
      };
      const store = localStore(folder, { ...fileSystem, open, rename });
      await writeFile(join(folder, 'f'), 'bytes');
      await chmod(join(folder, 'f'), 0o444);
      await store[how](join(folder, 'f'), 'a/b');
      expect(done).toEqual(['flushed', 'renamed']);
      expect(await store.read('a/b')).toBe('bytes');
    }),
);

test.each(['upload', 'copy'] as const)(
  'the bytes of %s are flushed later, where that is said',
  (how) =>
    inTemporary(async (folder) => {
      let flushed = 0;
      const open: typeof fileSystem.open = async (...args) => {
        const file = await fileSystem.open(...args);
        const sync = file.sync.bind(file);
        file.sync = () => sync().then(() => void flushed++);
        return file;
      };
      const store = localStore(join(folder, 'lake'), { ...fileSystem, open });
      for (const key of ['a', 'b']) {
        await writeFile(join(folder, 'f'), key);
        await store[how](join(folder, 'f'), key, 'later');
      }
      await store.write('c', 'text', 'later');
      expect(flushed).toBe(0);
      await store.flush(['a', 'b', 'c']);
      expect(flushed).toBe(3);
      await expect(store.flush(['a', 'd'])).rejects.toThrow('ENOENT');
    }),
);

test('an error of the disk is not taken for an absent key', () =>
  inTemporary(async (root) => {
    await mkdir(join(root, 'a'));
    await writeFile(join(root, 'b'), 'x');
    const store = localStore(root, fileSystem);
    await expect(store.read('a')).rejects.toThrow('EISDIR');
    await expect(store.read('b/c')).rejects.toThrow('ENOTDIR');
    await expect(store.create('b/c', 'x')).rejects.toThrow();
  }));
