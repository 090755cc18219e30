import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { csv, files, int, json, parquet, string } from '../../core/index.ts';
import { periodOf } from '../../core/period.ts';
import { digestOf } from '../../functions/fetch/digest.ts';
import type { Manifest } from '../../functions/fetch/manifest.ts';
import { gatherInput } from '../../functions/shared/engineInput.ts';
import type { LandedEvent } from '../../functions/shared/events.ts';
import { keys } from '../../functions/shared/keys.ts';
import { localDrops } from '../../platform/local/localDrops.ts';
import type { Drops } from '../../platform/ports.ts';
import { type LiveLake, liveLake } from '../http/liveLake.ts';
import { PIPELINES } from '../support/testLake.ts';

/** A function of AWS has one; parts are landed by several. */
const host = { memory: 1024, architecture: 'arm64' } as const;
let root: string;
let lake: LiveLake;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'tributary-drop-'));
  lake = await liveLake({}, { drops: localDrops(root) });
});
afterEach(async () => {
  await lake.remove();
  rmSync(root, { recursive: true });
});

const drop = (path: string, text: string) => {
  const file = join(root, 'shop', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const columns = { id: int() };
const events = (options: object = {}) =>
  json('events', { files: 'events/**/*.json', columns, ...options });
const orders = csv('orders', { files: 'orders.csv', columns });

const dropMany = (files = 60) => {
  for (let id = 0; id < files; id++)
    drop(`events/${id % 7}/${id}.json`, `{"id": ${id}}\n`);
};
const keysOf = (manifest: Manifest | undefined) =>
  new Set(manifest?.files.map(({ key }) => key));
const pathsOf = (manifest: Manifest | undefined) =>
  manifest?.files.map(({ path }) => path);

const bytesOf = async (file: Manifest['files'][number]) => {
  const pack = (await lake.platform.store.read(file.key)) ?? '';
  const { offset = 0, bytes } = file;
  return Buffer.from(pack)
    .subarray(offset, offset + bytes)
    .toString();
};

test('many small files are merged into one, each with its origin', async () => {
  dropMany();
  const { events: landed } = await lake.land([events()]);
  expect(keysOf(landed).size).toBe(1);
  expect(landed).toMatchObject({
    live: true,
    records: 60,
    from: join(root, 'shop'),
  });
  expect(landed?.files).toHaveLength(60);
  for (const file of landed?.files ?? []) {
    const id = /(\d+)\.json$/.exec(file.path)?.[1];
    expect(await bytesOf(file)).toBe(`{"id": ${id}}\n`);
  }
});

test('in parts, by folder, it is the same landing', async () => {
  dropMany();
  const whole = await lake.land([events()]);
  const other = await liveLake({}, { drops: localDrops(root), host });
  const { events: landed } = await other.land([events({ parts: 3 })]);
  await other.remove();
  const shown = (manifest: Manifest | undefined) =>
    manifest?.files.map(({ path, digest, records }) => [path, digest, records]);
  expect(shown(landed)).toEqual(shown(whole.events));
  expect(landed).toMatchObject({ records: 60, bytes: whole.events?.bytes });
  const parts = landed?.files.map(({ key }) => /pack-(\d)-0/.exec(key)?.[1]);
  expect(new Set(parts).size).toBeGreaterThan(1);
  const partsOfFolder = new Map<string, Set<string | undefined>>();
  for (const [i, { path }] of (landed?.files ?? []).entries()) {
    const folder = dirname(path);
    const found = partsOfFolder.get(folder) ?? new Set();
    partsOfFolder.set(folder, found.add(parts?.[i]));
  }
  expect([...partsOfFolder.values()].map(({ size }) => size)).toEqual(
    Array(7).fill(1),
  );
});

test('on a laptop it is one part, however many are declared', async () => {
  dropMany();
  const { events: landed } = await lake.land([events({ parts: 3 })]);
  expect(keysOf(landed).size).toBe(1);
  expect(landed?.records).toBe(60);
});

test('what has not changed is referred to; what has is landed', async () => {
  dropMany();
  const { events: first } = await lake.land([events()]);
  drop('events/3/3.json', '{"id": 33}\n');
  drop('events/9/new.json', '{"id": 99}\n');
  rmSync(join(root, 'shop/events/0/0.json'));
  const { events: second } = await lake.land([events()]);
  expect(second).toMatchObject({ reused: 58, records: 60 });
  const own = second?.files.filter(({ key }) => !keysOf(first).has(key));
  expect(pathsOf({ files: own } as unknown as Manifest)).toEqual([
    'events/3/3.json',
    'events/9/new.json',
  ]);
  expect(await bytesOf(own?.[0] as never)).toBe('{"id": 33}\n');
});

test('a landing that is gone is not referred to', async () => {
  dropMany();
  const { events: first } = await lake.land([events()]);
  for (const key of keysOf(first)) await lake.platform.store.remove(key);
  const { events: second } = await lake.land([events()]);
  expect(second).toMatchObject({ records: 60, reused: 0 });
});

test('files that are taken apart otherwise are landed again', async () => {
  drop('orders.csv', 'id\n1\n2\n');
  await lake.land([orders]);
  const quoted = csv('orders', { files: 'orders.csv', columns, quote: "'" });
  const { orders: again } = await lake.land([quoted]);
  expect(again).toMatchObject({ records: 2, reused: 0 });
});

test('Parquet lands as it is', async () => {
  const sample = join(PIPELINES, 'arrivals/sample/sas_data');
  cpSync(sample, join(root, 'shop/sas_data'), { recursive: true });
  const source = parquet('arrived', {
    files: 'sas_data/*.parquet',
    columns: { cicid: int() },
  });
  const { arrived } = await lake.land([source]);
  expect(arrived?.files).toHaveLength(2);
  for (const { key, digest } of arrived?.files ?? []) {
    const landed = readFileSync(await lake.platform.store.local(key));
    expect(digestOf(landed)).toBe(digest);
  }
});

test('the folder of the period stands before the others', async () => {
  drop('orders.csv', 'id\n1\n');
  drop('date=2024-05-02/orders.csv', 'id\n2\n');
  drop('date=2024-05-03/orders.csv', 'id\n3\n');
  const { orders: landed } = await lake.land([orders]);
  expect(await lake.text(landed)).toBe('id\n2\n');
  expect(pathsOf(landed)).toEqual(['orders.csv']);
});

test('names that mean "not yet" are left alone', async () => {
  dropMany(2);
  for (const name of ['_SUCCESS.json', '.hidden.json'])
    drop(`events/${name}`, 'half');
  drop('events/_temporary/0.json', 'half');
  const { events: landed } = await lake.land([events()]);
  expect(pathsOf(landed)).toEqual(['events/0/0.json', 'events/1/1.json']);
});

/** A name of bytes that are no UTF-8, below a folder. */
const oddName = (folder: string, name: string) => {
  const parent = join(root, 'shop', folder);
  mkdirSync(parent, { recursive: true });
  return Buffer.concat([
    Buffer.from(`${parent}/`),
    Buffer.from(name, 'latin1'),
  ]);
};

describe.each([60, 400])('odd names among %i files', (many) => {
  const dropFolders = () => {
    for (let id = 0; id < many; id++)
      drop(`events/${id % 80}/${id}.json`, `{"id": ${id}}\n`);
  };

  test('a line end is a character as any other', async () => {
    dropFolders();
    for (const name of ['\n1', '\u20282', '3\u2029'])
      drop(`events/1/${name}.json`, '{"id": 1}\n');
    const { events: landed } = await lake.land([events()]);
    expect(pathsOf(landed)).toHaveLength(many + 3);
  });

  // Other systems let nobody give such a name.
  if (process.platform !== 'linux') return;

  test('what is no UTF-8 is said, and not passed over', async () => {
    dropFolders();
    writeFileSync(oddName('events/1', 'caf\xe9.json'), '{"id": 1}\n');
    await expect(lake.land([events()])).rejects.toMatchObject({
      reason: expect.stringMatching(/^its name is not UTF-8/),
      place: { source: 'events', file: 'events/1/caf\ufffd.json' },
    });
  });

  test('so is a folder', async () => {
    dropFolders();
    const folder = oddName('events', 'caf\xe9');
    mkdirSync(folder);
    writeFileSync(Buffer.concat([folder, Buffer.from('/1.json')]), '{}\n');
    await expect(lake.land([events()])).rejects.toMatchObject({
      reason: expect.stringMatching(/^its name is not UTF-8/),
      place: { source: 'events', file: 'events/caf\ufffd/' },
    });
  });

  test('a name that is there beside it is another one', async () => {
    dropFolders();
    drop('events/1/caf\ufffd.json', '{"id": 1}\n');
    const { events: landed } = await lake.land([events()]);
    expect(pathsOf(landed)).toHaveLength(many + 1);
    writeFileSync(oddName('events/1', 'caf\xe9.json'), '{"id": 2}\n');
    const other = await liveLake({}, { drops: localDrops(root) });
    await expect(other.land([events()])).rejects.toMatchObject({
      place: { source: 'events', file: 'events/1/caf\ufffd.json' },
    });
    await other.remove();
  });

  test('what is not wanted may have any name', async () => {
    dropFolders();
    writeFileSync(oddName('events/1', 'caf\xe9.txt'), 'a note');
    const folder = (below: string, name: string) => {
      const path = oddName(below, name);
      mkdirSync(path);
      writeFileSync(Buffer.concat([path, Buffer.from('/1.json')]), '{}\n');
    };
    folder('events/1', '_caf\xe9');
    folder('date=2019-01-01/events', 'caf\xe9');
    folder('other', 'caf\xe9');
    symlinkSync('nowhere', join(root, 'shop/events/1/gone\ufffd.json'));
    symlinkSync('.', join(root, 'shop/events/1/folder\ufffd.json'));
    const { events: landed } = await lake.land([events()]);
    expect(pathsOf(landed)).toHaveLength(many);
    folder('events/1/2', 'caf\xe9');
    const flat = events({ files: 'events/*/*.json' });
    const { events: shallow } = await lake.land([flat]);
    expect(pathsOf(shallow)).toHaveLength(many);
  });
});

describe('it ends, and nothing landed as whole, where', () => {
  const refused = async (message: string, drops = localDrops(root)) => {
    const other = await liveLake({}, { drops });
    await expect(other.land([orders])).rejects.toThrow(message);
    const landing = await other.landing();
    expect(landing.filter((key) => key.endsWith('manifest.json'))).toEqual([]);
    await other.remove();
  };

  test('no file is there', async () => {
    drop('order.csv', 'id\n');
    await refused(`orders: no file matches orders.csv in ${root}/shop`);
  });

  test('a file is empty', async () => {
    drop('orders.csv', '');
    await refused('the file is empty');
  });

  test.each([
    ['grows', (file: string) => appendFileSync(file, '2\n')],
    ['is written anew', (file: string) => writeFileSync(file, 'id\n9\n')],
    ['vanishes', (file: string) => rmSync(file)],
  ])('a file %s meanwhile', async (_, change) => {
    drop('orders.csv', 'id\n1\n');
    const drops = localDrops(root);
    const changing: Drops = {
      open: async (...args) => {
        const folder = await drops.open(...args);
        const confirm: typeof folder.confirm = async (file) => {
          change(join(root, 'shop', file.path));
          return folder.confirm(file);
        };
        return { ...folder, confirm };
      },
    };
    await refused('the file changed while it was landed', changing);
  });
});

describe.each(['before', 'after'])('%s it is read', (moment) => {
  test.each([
    ['grows', (file: string) => appendFileSync(file, '{"id": 1}\n')],
    ['shrinks', (file: string) => truncateSync(file, 3)],
    ['vanishes', (file: string) => rmSync(file)],
  ])('of many small files, one %s', async (_, change) => {
    dropMany();
    const drops = localDrops(root);
    const other = await liveLake(
      {},
      {
        drops: {
          open: async (...args) => {
            const folder = await drops.open(...args);
            const read: typeof folder.read = async (files) => {
              const file = join(root, 'shop/events/3/3.json');
              if (moment === 'before') change(file);
              const bodies = await folder.read(files);
              if (moment === 'after') change(file);
              return bodies;
            };
            return { ...folder, read };
          },
        },
      },
    );
    await expect(other.land([events()])).rejects.toThrow(
      'file events/3/3.json: the file changed while it was landed',
    );
    const landing = await other.landing();
    expect(landing.filter((key) => key.endsWith('manifest.json'))).toEqual([]);
    await other.remove();
  });
});

test('a column of text files is the whole text', async () => {
  drop('notes/a.txt', 'one\ntwo\n');
  const notes = files('notes', {
    files: 'notes/*.txt',
    columns: { body: string() },
  });
  const { notes: landed } = await lake.land([notes]);
  expect(landed).toMatchObject({ records: 1 });
});

describe('what a run landed that has no output', () => {
  const outputOf = (manifest: Manifest | undefined) =>
    keys.output('shop', manifest?.run ?? '');
  const landOrders = async () => {
    const { orders: landed } = await lake.land([orders]);
    await lake.platform.store.remove(outputOf(landed));
    return landed;
  };
  beforeEach(() => drop('orders.csv', 'id\n1\n'));

  test('is landed again from this machine', async () => {
    const first = await landOrders();
    const second = await landOrders();
    expect(second).toMatchObject({ reused: 0, records: 1 });
    await lake.platform.store.write(outputOf(second), '{}');
    expect(await landOrders()).toMatchObject({ reused: 1 });
    expect(keysOf(first)).not.toEqual(keysOf(second));
  });

  test('is flushed, also where another run refers to it', async () => {
    const first = await landOrders();
    const { store } = lake.platform;
    await store.write(outputOf(first), '{}');
    const second = await landOrders();
    expect(keysOf(second)).toEqual(keysOf(first));
    const date = '2024-05-02';
    const run = second?.run ?? '';
    const manifest = `${keys.landing('shop', 'orders', date, run)}manifest.json`;
    const event = {
      ...{ pipeline: 'shop', run, date, period: periodOf('day', date) },
      ...{ options: { live: true }, execution: { id: 'x', startedAt: date } },
      ...{ engine: { name: 'duckdb', reason: 'x' }, waves: [] },
      landed: [{ source: 'orders', manifest }],
    } as unknown as LandedEvent;
    const unflushed = async () =>
      (await gatherInput(lake.platform, event)).unflushed;
    expect(await unflushed()).toEqual([manifest]);
    await store.remove(outputOf(first));
    expect(await unflushed()).toEqual([manifest, ...keysOf(first)]);
  });
});
