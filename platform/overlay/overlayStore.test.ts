import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inTemporary } from '../contract/temporary.ts';
import { fileSystem } from '../local/fileSystem.ts';
import { localStore } from '../local/localStore.ts';
import { overlayStore } from './overlayStore.ts';

const inWorld = (
  act: (
    base: ReturnType<typeof localStore>,
    store: ReturnType<typeof overlayStore>,
    folder: string,
  ) => Promise<void>,
) =>
  inTemporary(async (folder) => {
    const base = localStore(join(folder, 'base'), fileSystem);
    await mkdir(join(folder, 'own'));
    await base.write('a/one', '1');
    await base.write('a/two', '2');
    await act(base, overlayStore(base, join(folder, 'own')), folder);
    expect(await base.list('')).toEqual(['a/one', 'a/two']);
    expect([await base.read('a/one'), await base.read('a/two')]).toEqual([
      '1',
      '2',
    ]);
  });

test('what is below shows, and what is written above hides it', () =>
  inWorld(async (_, store) => {
    expect(await store.read('a/one')).toBe('1');
    await store.write('a/one', 'new');
    await store.write('a/three', '3');
    expect(await store.read('a/one')).toBe('new');
    expect(await store.list('a/')).toEqual(['a/one', 'a/three', 'a/two']);
  }));

test('what is there, above or below, is not created', () =>
  inWorld(async (_, store) => {
    expect(await store.create('a/one', 'x')).toBe(false);
    expect(await store.create('a/new', 'x')).toBe(true);
    expect(await store.create('a/new', 'y')).toBe(false);
  }));

test('what is removed is gone above, and can be created again', () =>
  inWorld(async (_, store) => {
    await store.remove('a/one');
    expect(await store.read('a/one')).toBeUndefined();
    expect(await store.list('a/')).toEqual(['a/two']);
    expect(await store.create('a/one', 'x')).toBe(true);
    expect(await store.list('a/')).toEqual(['a/one', 'a/two']);
  }));

test('a copied file is read where it is; an uploaded one has moved', () =>
  inWorld(async (base, store, folder) => {
    const [kept, moved] = [join(folder, 'kept'), join(folder, 'moved')];
    await writeFile(kept, 'k');
    await writeFile(moved, 'm');
    await store.copy(kept, 'landing/kept');
    await store.upload(moved, 'landing/moved');
    expect(await store.list('landing/')).toEqual([
      'landing/kept',
      'landing/moved',
    ]);
    expect(await store.local('landing/kept')).toBe(kept);
    expect(await readFile(await store.local('landing/moved'), 'utf8')).toBe(
      'm',
    );
    expect(await store.local('a/one')).toBe(await base.local('a/one'));
    await expect(readFile(moved)).rejects.toThrow('ENOENT');
  }));
