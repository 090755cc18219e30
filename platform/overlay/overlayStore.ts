import { join } from 'node:path';
import { fileSystem } from '../local/fileSystem.ts';
import { localStore } from '../local/localStore.ts';
import type { Store } from '../ports.ts';

/**
 * A store whose writes go to a folder of this machine, over another that is
 * only read. What is copied in is not copied: it is read where it is.
 */
export const overlayStore = (base: Store, folder: string): Store => {
  const own = localStore(folder, fileSystem);
  const copied = new Map<string, string>();
  const removed = new Set<string>();
  const ownKeys = async (prefix: string) => [
    ...(await own.list(prefix)),
    ...[...copied.keys()].filter((key) => key.startsWith(prefix)),
  ];
  const isOwn = async (key: string) => (await ownKeys(key)).includes(key);
  return {
    isLasting: base.isLasting,
    read: async (key) =>
      (await own.read(key)) ??
      (removed.has(key) ? undefined : await base.read(key)),
    write: (key, body) => own.write(key, body, 'later'),
    create: async (key, body) => {
      const isThere = !removed.has(key) && (await base.read(key)) !== undefined;
      return isThere ? false : own.create(key, body);
    },
    list: async (prefix) => {
      const below = await base.list(prefix);
      const kept = below.filter((key) => !removed.has(key));
      return [...new Set([...(await ownKeys(prefix)), ...kept])].sort();
    },
    entries: async (prefix) => {
      const mine = await own.entries(prefix);
      const hidden = new Set([...removed, ...mine.map(({ key }) => key)]);
      const below = await base.entries(prefix);
      return [...mine, ...below.filter(({ key }) => !hidden.has(key))];
    },
    unfinished: (prefix) => own.unfinished(prefix),
    removeAll: async (prefix) => {
      for (const key of await base.list(prefix)) removed.add(key);
      await own.removeAll(prefix);
    },
    remove: async (key) => {
      copied.delete(key);
      removed.add(key);
      await own.remove(key);
    },
    // Nothing of it stays.
    upload: (file, key) => own.upload(file, key, 'later'),
    flush: async () => {},
    copy: async (file, key) => {
      copied.set(key, file);
    },
    local: async (key) => {
      const file = copied.get(key);
      if (file !== undefined) return file;
      return (await isOwn(key)) ? join(folder, key) : base.local(key);
    },
  };
};
