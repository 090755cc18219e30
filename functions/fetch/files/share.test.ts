import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PlanSource } from '../../../core/plan.ts';
import { inTemporary } from '../../../platform/contract/temporary.ts';
import { digestOf } from '../digest.ts';
import type { Manifest } from '../manifest.ts';
import { BETWEEN_FILES } from '../manifestText.ts';
import { wantedBy } from './findDropped.ts';
import { LARGEST_BYTES, SMALL_BYTES } from './packs.ts';
import { readAll, Unfit } from './readSmall.ts';
import { newShare, type Shared } from './share.ts';
import { isStill, type Still, stillBefore } from './still.ts';

const paged = {
  name: 's',
  form: { format: 'json', records: 'all' },
} as unknown as PlanSource;
const plain = { name: 's', form: { format: 'json' } } as unknown as PlanSource;

const filesOf = ({ texts }: Shared): Manifest['files'] =>
  JSON.parse(`[${Buffer.concat(texts).subarray(0, -BETWEEN_FILES.length)}]`);

const HOUR_MS = 3_600_000;
/** By a clock that is an hour ahead, all is still. */
const allStill = (folder: string): Still => {
  const { dev, ctimeMs } = statSync(folder);
  return stillBefore({ dev, ctimeMs: ctimeMs + HOUR_MS });
};
const nothingStill = (folder: string): Still => stillBefore(statSync(folder));

/** Files of a folder, before and after they are read. */
const shareOf = (
  files: Readonly<Record<string, string | Buffer>>,
  {
    source = plain,
    before = () => {},
    after = () => {},
    still = nothingStill,
  }: {
    source?: PlanSource;
    before?: (folder: string) => void;
    after?: (folder: string) => void;
    still?: (folder: string) => Still;
  } = {},
): Promise<Shared> =>
  inTemporary(async (folder) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, 'in', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    before(join(folder, 'in'));
    const share = newShare({
      ...wantedBy('in/**/*.json'),
      ...{ root: `${folder}/`, source, units: ['in/'] },
      ...{ thread: 1, scratch: folder, folder: 'landing/' },
      still: still(folder),
    });
    try {
      for (const _ of share.take(0));
      after(join(folder, 'in'));
      return share.end();
    } finally {
      share.close();
    }
  });

const one = '{"id": 1}\n';

test('files are told as a manifest has them, with what they are together', async () => {
  const two = `${one}${one}`;
  const shared = await shareOf({
    'a.json': one,
    'a/b.json': two,
    'a-b.json': '{',
    c: one,
  });
  const told = (path: string, text: string, offset: number, records: number) =>
    expect.objectContaining({
      ...{ path, key: 'landing/pack-1.bin', offset, records },
      ...{ bytes: text.length, digest: digestOf(Buffer.from(text)) },
    });
  expect(filesOf(shared)).toEqual([
    told('in/a-b.json', '{', 0, 1),
    told('in/a.json', one, 1, 1),
    told('in/a/b.json', two, 11, 2),
  ]);
  expect(shared).toMatchObject({
    ...{ units: [0], files: 3, bytes: 31, records: 4, packs: 1 },
  });
});

const three = { 'a.json': one, 'b.json': one, 'deep/c.json': one };

test('what nobody has written to for a while is still', async () => {
  expect((await shareOf(three, { still: allStill })).isStill).toBe(true);
  expect((await shareOf(three)).isStill).toBe(false);
});

test.each([
  ['so is a file that is too large to be read at once', SMALL_BYTES],
  ['so is one that is larger than all that is in memory', 2 << 20],
])('%s', async (_, bytes) => {
  const large = `{"id": "${'x'.repeat(bytes)}"}\n`;
  const files = { ...three, 'e.json': large, 'f.json': one };
  const shared = await shareOf(files, { still: allStill });
  expect(shared).toMatchObject({ isStill: true, files: 5, records: 5 });
  const digest = digestOf(Buffer.from(large));
  expect(filesOf(shared).at(-2)).toMatchObject({ digest });
  expect((await shareOf(files)).isStill).toBe(false);
});

test.each<[string, (folder: string) => void]>([
  ['added', (folder) => writeFileSync(join(folder, 'deep', 'd.txt'), one)],
  ['removed', (folder) => rmSync(join(folder, 'deep', 'c.json'))],
  [
    'moved',
    (folder) =>
      renameSync(join(folder, 'deep', 'c.json'), join(folder, 'c.json')),
  ],
  ['taken away', (folder) => rmSync(join(folder, 'deep'), { recursive: true })],
])(
  'where something is %s below it, a folder is not still',
  async (_, change) => {
    // The clock of files may be too coarse to tell two moments apart.
    const wait = () =>
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    const still = (folder: string) => {
      wait();
      return { dev: statSync(folder).dev, before: Date.now() };
    };
    const after = (folder: string) => {
      wait();
      change(folder);
    };
    expect((await shareOf(three, { still })).isStill).toBe(true);
    expect((await shareOf(three, { still, after })).isStill).toBe(false);
  },
);

test('what lies on another file system is not still', () => {
  const look = statSync('/');
  const still = allStill('/');
  expect(isStill(still, look)).toBe(true);
  expect(isStill({ ...still, dev: look.dev + 1 }, look)).toBe(false);
  expect(isStill(still, undefined)).toBe(false);
});

test('others have their turn among files of one folder, too', () =>
  inTemporary(async (folder) => {
    const names = Array.from({ length: 1000 }, (_, i) => `${i}.json`);
    for (const name of names) writeFileSync(join(folder, name), one);
    const share = newShare({
      ...wantedBy('*.json'),
      ...{ root: `${folder}/`, source: plain, units: [names.join('\0')] },
      ...{ thread: 0, scratch: folder, folder: 'landing/' },
      still: nothingStill(folder),
    });
    try {
      expect([...share.take(0)]).toHaveLength(3);
      expect(share.end().files).toBe(1000);
    } finally {
      share.close();
    }
  }));

test('of several files that are wrong, the first by path is told', async () => {
  const files = {
    'z.json': '{"all": []}',
    'b.json': 'oops',
    'deep/a.json': '{"all": 1}',
    'a.json': '{}',
  };
  const { wrong, records } = await shareOf(files, { source: paged });
  expect(wrong).toEqual({
    path: 'in/a.json',
    reason: 'the page has no list "all": is it an error page?',
    place: { source: 's', file: 'in/a.json', line: 1, column: 'all' },
  });
  expect(records).toBe(0);
});

test.each([
  ['is empty', ''],
  ['does not fit into memory', Buffer.alloc(LARGEST_BYTES + 1, ' ')],
])('a file that %s makes it unfit', async (_, text) => {
  const share = shareOf({ 'a.json': one, 'b.json': text });
  await expect(share).rejects.toThrow(Unfit);
});

test('large files make it unfit before many of them are read', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `${i}.json`,
      Buffer.alloc(LARGEST_BYTES / 8, ' '),
    ]),
  );
  await expect(shareOf(files)).rejects.toThrow(Unfit);
});

test('a link that leads to itself makes it unfit', async () => {
  const before = (folder: string) => symlinkSync('a.json', `${folder}/a.json`);
  await expect(shareOf({ b: one }, { before })).rejects.toThrow(Unfit);
});

test('links to files are files; other links, folders and pipes are none', async () => {
  const shared = await shareOf(
    { 'a.json': one, _b: one },
    {
      before: (folder) => {
        symlinkSync('_b', join(folder, 'b.json'));
        symlinkSync('e.json', join(folder, 'c.json'));
        symlinkSync('nowhere', join(folder, 'd.json'));
        mkdirSync(join(folder, 'e.json'));
        writeFileSync(join(folder, 'e.json', 'f.json'), one);
        execFileSync('mkfifo', [join(folder, 'g.json')]);
      },
    },
  );
  expect(filesOf(shared).map(({ path }) => path)).toEqual([
    'in/a.json',
    'in/b.json',
    'in/e.json/f.json',
  ]);
});

test('a file that gives no bytes is named', () => {
  // A folder can be opened as a file can, and not be read.
  const handle = openSync(tmpdir(), 'r');
  expect(() => readAll('a/1.json', handle, Buffer.alloc(9), 0, 9)).toThrow(
    /^file a\/1\.json: it cannot be read: EISDIR/,
  );
  closeSync(handle);
});
