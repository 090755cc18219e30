import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SourceError } from '../../core/errors.ts';
import { int, json } from '../../core/index.ts';
import { periodOf } from '../../core/period.ts';
import type { PlanSource } from '../../core/plan.ts';
import { landTogether } from '../../functions/fetch/files/landTogether.ts';
import { shareBeside } from '../../functions/fetch/files/shareBeside.ts';
import { shareHere } from '../../functions/fetch/files/shareHere.ts';
import { STILL_MS } from '../../functions/fetch/files/still.ts';
import { turnsOf } from '../../functions/fetch/files/turns.ts';
import type { LandContext } from '../../functions/fetch/lander.ts';
import type { Manifest } from '../../functions/fetch/manifest.ts';
import { localDrops } from '../../platform/local/localDrops.ts';
import { versionOf } from '../../platform/local/looks.ts';
import type { Drops } from '../../platform/ports.ts';
import { type LiveLake, liveLake } from '../http/liveLake.ts';

/** A function of AWS has one; parts are landed by several. */
const host = { memory: 1024, architecture: 'arm64' } as const;
const FOLDERS = 80;
const FILES = 400;

let root: string;
let lake: LiveLake;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'tributary-together-'));
  lake = await liveLake({}, { drops: localDrops(root) });
});
afterEach(async () => {
  await lake.remove();
  rmSync(root, { recursive: true });
});

const shop = (path: string) => join(root, 'shop', path);
const drop = (path: string, text: string) => {
  mkdirSync(dirname(shop(path)), { recursive: true });
  writeFileSync(shop(path), text);
};
const dropMany = (below = 'events/', files = FILES) => {
  for (let id = 0; id < files; id++)
    drop(`${below}${id % FOLDERS}/${id}.json`, `{"id": ${id}}\n`);
};
const pathsOf = (files: readonly { readonly path: string }[] | undefined) =>
  files?.map(({ path }) => path);

const columns = { id: int() };
const events = (options: object = {}) =>
  json('events', { files: 'events/**/*.json', columns, ...options });

/** How both threads share the work: as it comes, or all of it by one. */
const waits: typeof shareHere = async (_, turns) => {
  const state = new Int32Array(turns.shared);
  while (Atomics.load(state, 0) === 0 && !turns.isStopped())
    await new Promise((resolve) => setTimeout(resolve, 1));
  return undefined;
};
const besideAlone: typeof shareHere = async (order, turns) => {
  await waits(order, turns);
  const over = turnsOf(0);
  return shareHere(order, over);
};
const both: typeof shareHere = async (order, turns) => {
  await waits(order, turns);
  return shareHere(order, turns);
};
const hereAlone: typeof shareHere = async (order, turns) => {
  const own = turnsOf(order.units.length);
  while (turns.next() !== undefined);
  return shareHere(order, own);
};

const source = (options: Partial<PlanSource> = {}) =>
  ({
    ...{ name: 'events', files: 'events/**/*.json', columns: [] },
    ...{ form: { format: 'json', unused: [] }, ...options },
  }) as unknown as PlanSource;

const land = (here?: typeof shareHere, of = source()) =>
  landTogether(
    {
      platform: lake.platform,
      source: of,
      period: periodOf('day', '2024-05-02'),
      folder: 'landing/shop/events/run=x/',
      scratch: join(lake.platform.scratch, 'together'),
    } as LandContext,
    shop(''),
    here,
  );
const together = async (...args: Parameters<typeof land>) => {
  const landed = await land(...args);
  return (
    landed &&
    (JSON.parse(`[${Buffer.concat(landed.text)}]`) as Manifest['files'])
  );
};

const bytesOf = async ({ key, offset = 0, bytes }: Manifest['files'][number]) =>
  Buffer.from((await lake.platform.store.read(key)) ?? '')
    .subarray(offset, offset + bytes)
    .toString();

/** Drop folders whose files are landed one after the other. */
const withoutPath = (drops: Drops): Drops => ({
  open: async (...args) => {
    const { path: _, ...folder } = await drops.open(...args);
    return folder;
  },
});

describe.each<[string, typeof shareHere, readonly number[]]>([
  ['this thread alone', hereAlone, [0]],
  ['the other alone', besideAlone, [1]],
  ['both', both, [0, 1]],
])('%s', (_, here, packs) => {
  test('lands what is landed one after the other', async () => {
    dropMany();
    for (let i = 0; i < 20; i++) drop(`events/ä-${i}.json`, '{}\n{}\n');
    drop('events/_later/1.json', 'half');
    drop('events/1/2.json.part', 'half');
    drop('events/1/none.txt', 'text');
    symlinkSync(shop('events/1/1.json'), shop('events/1/linked.json'));
    symlinkSync(shop('events/1'), shop('events/other'));
    symlinkSync(shop('nowhere'), shop('events/1/nowhere.json'));
    const other = await liveLake({}, { drops: withoutPath(localDrops(root)) });
    const { events: plain } = await other.land([events()]);
    await other.remove();
    const found = (await together(here)) ?? [];
    expect(new Set(found.map(({ key }) => key))).toEqual(
      new Set(packs.map((i) => `landing/shop/events/run=x/pack-${i}.bin`)),
    );
    const told = (files: Manifest['files']) =>
      files.map(({ key: _, offset: __, ...file }) => file);
    expect(found).toHaveLength(FILES + 21);
    expect(told(found)).toEqual(told(plain?.files ?? []));
    for (const file of found.slice(0, 30))
      expect(await bytesOf(file)).toBe(
        file.path.includes('ä')
          ? '{}\n{}\n'
          : `{"id": ${/(\d+|linked)\.json/.exec(file.path)?.[1]}}\n`.replace(
              'linked',
              '1',
            ),
      );
  });

  test('an empty file is for others to judge, and nothing has landed', async () => {
    dropMany();
    drop('events/7/empty.json', '');
    expect(await together(here)).toBeUndefined();
    expect(await lake.platform.store.list('landing/')).toEqual([]);
    expect(existsSync(join(lake.platform.scratch, 'together'))).toBe(false);
    await expect(lake.land([events()])).rejects.toMatchObject({
      reason: 'the file is empty: it holds no record',
      place: { file: 'events/7/empty.json', source: 'events' },
    });
  });

  test('a file that cannot be taken apart is named, and can be looked up', async () => {
    dropMany();
    const form = { format: 'json', records: 'all', unused: [] } as const;
    const landed = together(here, source({ form }));
    await expect(landed).rejects.toBeInstanceOf(SourceError);
    await expect(landed).rejects.toMatchObject({
      reason: 'the page has no list "all": is it an error page?',
      place: { source: 'events', file: 'events/0/0.json', line: 1 },
    });
    expect(await lake.platform.store.list('landing/')).toHaveLength(
      packs.length,
    );
  });
});

test('a file that is written to meanwhile ends it, whoever reads it', async () => {
  dropMany('events/', 3000);
  const writing = setInterval(() => {
    for (let i = 0; i < FOLDERS; i++)
      appendFileSync(shop(`events/${i}/${i}.json`), '{}\n');
  }, 1);
  const landed = together(besideAlone).finally(() => clearInterval(writing));
  await expect(landed).rejects.toMatchObject({
    reason: expect.stringContaining('the file changed while it was landed'),
    place: { file: expect.stringMatching(/^events\/(\d+)\/\1\.json$/) },
  });
});

/** Reads all, and then does something. */
const andThen =
  (act: () => void): typeof shareHere =>
  async (order, turns) => {
    const own = await hereAlone(order, turns);
    act();
    return own;
  };

test.each<[string, (file: string) => void]>([
  ['grows', (file) => appendFileSync(file, '{}\n')],
  ['shrinks', (file) => truncateSync(file, 3)],
  ['vanishes', (file) => rmSync(file)],
  ['is written anew', (file) => writeFileSync(file, '{"id": 2}\n')],
  ['is touched', (file) => utimesSync(file, 1, 1)],
  [
    'is another one',
    (file) => {
      writeFileSync(`${file}.tmp`, '{"id": 1}\n');
      renameSync(`${file}.tmp`, file);
    },
  ],
])(
  'a file that %s after it was read ends it, the first by path',
  async (_, change) => {
    dropMany();
    const changing = andThen(() => {
      change(shop('events/9/9.json'));
      change(shop('events/12/12.json'));
    });
    await expect(together(changing)).rejects.toMatchObject({
      reason:
        'the file changed while it was landed: run again when it is whole',
      place: { file: 'events/12/12.json' },
    });
  },
);

test.each<[string, () => void]>([
  [
    'swapped',
    () => {
      renameSync(shop('events/p'), shop('events/x'));
      renameSync(shop('events/q'), shop('events/p'));
      renameSync(shop('events/x'), shop('events/q'));
    },
  ],
  [
    'put into the place of another',
    () => {
      renameSync(shop('events'), shop('before'));
      renameSync(shop('later'), shop('events'));
    },
  ],
])('folders that are %s meanwhile end it', async (_, change) => {
  for (const top of ['events', 'later'])
    for (const below of ['p', 'q']) dropMany(`${top}/${below}/`, 200);
  await new Promise((resolve) => setTimeout(resolve, STILL_MS + 100));
  const changing: typeof shareHere = async (order, turns) => {
    while (turns.next() !== undefined);
    const own = turnsOf(order.units.length);
    const next = () => {
      const unit = own.next();
      if (unit === order.units.length / 2) change();
      return unit;
    };
    return shareHere(order, { ...own, next });
  };
  await expect(together(changing)).rejects.toThrow(
    'the file changed while it was landed',
  );
});

test('what nobody had written to is looked at once: it lands as it was', async () => {
  dropMany();
  await new Promise((resolve) => setTimeout(resolve, STILL_MS + 100));
  const found = await together(
    andThen(() => appendFileSync(shop('events/1/1.json'), '{}\n')),
  );
  const file = found?.find(({ path }) => path === 'events/1/1.json');
  expect(file).toMatchObject({ bytes: 10, records: 1 });
  // Then it is another one, as the next landing sees.
  expect(file?.version).not.toBe(versionOf(statSync(shop('events/1/1.json'))));
});

test('a fault of either thread is one of the landing', async () => {
  dropMany();
  const failing = async () => {
    throw new Error('no room');
  };
  await expect(together(failing)).rejects.toThrow('no room');
  const broken: typeof shareHere = async (order, turns) => {
    // The other one finds no folder to write its pack to.
    rmSync(order.scratch, { recursive: true });
    return besideAlone(order, turns);
  };
  await expect(together(broken)).rejects.toThrow('ENOENT');
});

test('a thread that breaks, or is ended, is no thread to wait for', async () => {
  const order = { glob: '*', pattern: /./, root: '/', source: source() };
  const begin = (units: unknown) =>
    shareBeside(
      {
        ...{ ...order, units: units as string[] },
        ...{ thread: 1, scratch: '/', folder: '/' },
        still: { dev: 0, before: 0 },
      },
      turnsOf(0),
    );
  await expect(begin(undefined)?.said).rejects.toThrow('Cannot read');
  const ended = begin([]);
  const said = ended?.said;
  await ended?.stop();
  await expect(said).rejects.toThrow('ended: with');
});

describe('landed one after the other, or not at all, where', () => {
  test('they are few', async () => {
    dropMany('events/', 60);
    expect(await together()).toBeUndefined();
  });

  test('they are few in many folders', async () => {
    for (let i = 0; i < 2 * FOLDERS; i++)
      mkdirSync(shop(`events/${i}`), { recursive: true });
    dropMany('events/', 16);
    expect(await together()).toBeUndefined();
    const { events: landed } = await lake.land([events()]);
    expect(landed?.files[0]?.key).toMatch(/\/events\/0\/0\.json$/);
  });

  test('they are large', async () => {
    const text = `{"id": "${'x'.repeat(300_000)}"}\n`;
    for (let i = 0; i < 70; i++) drop(`events/${i}/1.json`, text);
    expect(await together(hereAlone)).toBeUndefined();
    expect(await together(besideAlone)).toBeUndefined();
  });

  test('there is none', async () => {
    dropMany('others/');
    expect(await together()).toBeUndefined();
    await expect(lake.land([events()])).rejects.toThrow('no file matches');
  });

  test('a row is not one text', async () => {
    dropMany();
    const form = { format: 'csv', separator: ',', quote: '"' } as never;
    const never = () => Promise.reject(new Error('begun'));
    expect(await together(never, source({ form }))).toBeUndefined();
  });

  test('they land in parts', async () => {
    dropMany();
    const other = await liveLake({}, { drops: localDrops(root), host });
    const { events: landed } = await other.land([events({ parts: 2 })]);
    await other.remove();
    expect(landed?.files).toHaveLength(FILES);
    for (const { key } of landed?.files ?? [])
      expect(key).toMatch(/pack-[01]-0\.bin$/);
  });
});

test('thousands of files in one folder are shared, too', async () => {
  for (let id = 0; id < 3000; id++) drop(`events/${id}.json`, `{"id": ${id}}`);
  const found = await together(both);
  expect(new Set(found?.map(({ key }) => key)).size).toBe(2);
  expect(found).toHaveLength(3000);
});

test('the folder of the period stands before the others', async () => {
  dropMany();
  dropMany('date=2024-05-01/events/');
  expect(pathsOf(await together())).toHaveLength(FILES);
  drop('date=2024-05-02/events/1.json', '{}');
  expect(await together()).toBeUndefined();
  expect((await lake.land([events()])).events?.records).toBe(1);
  dropMany('date=2024-05-02/events/');
  const found = await together();
  expect(found).toHaveLength(FILES + 1);
  expect(pathsOf(found)).toContain('events/1.json');
});

test('a second landing refers to what has not changed', async () => {
  dropMany();
  const { events: first } = await lake.land([events()]);
  drop('events/3/3.json', '{"id": 33}\n');
  const { events: second } = await lake.land([events()]);
  expect(second).toMatchObject({ reused: FILES - 1, records: FILES });
  const isOld = (key: string) => first?.files.some((file) => file.key === key);
  const own = second?.files.filter(({ key }) => !isOld(key));
  expect(pathsOf(own)).toEqual(['events/3/3.json']);
});
