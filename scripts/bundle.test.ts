import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUNDLES, freshBundle, INSTALLED } from '../cli/startUp/freshBundle.js';
import { bundleCommand } from './bundle.js';

const LATE = `export const late: string = 'late';`;
const FILES = {
  'cli/main.ts': `import { word } from '../core/index.ts';
const { late } = await import('./late.ts');
console.log(JSON.stringify([word, late, import.meta.url, import.meta.dirname]));`,
  'cli/late.ts': LATE,
  'core/index.ts': `export const word: string = 'word';`,
  [INSTALLED]: '{}',
};
let root: string;

/** Written a while ago, so that no bundle takes it for a change meanwhile. */
const write = (path: string, text: string, secondsAgo = 60) => {
  writeFileSync(join(root, path), text);
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(join(root, path), then, then);
};

const say = () => {
  const main = join(freshBundle(root) ?? '', 'main.js');
  const options = { cwd: tmpdir(), encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, [main], options));
};

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'bundle-')));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    write(path, text);
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a bundle does what its sources do, and knows where they are', async () => {
  expect(freshBundle(root)).toBeUndefined();
  await bundleCommand(root);
  const main = join(root, 'cli', 'main.ts');
  const place = [pathToFileURL(main).href, join(root, 'cli')];
  expect(say()).toEqual(['word', 'late', ...place]);
});

test.each(Object.entries(FILES))(
  'a change of %s makes it stale',
  async (path, text) => {
    await bundleCommand(root);
    const before = freshBundle(root);
    write(path, text, 30);
    expect(freshBundle(root)).toBeUndefined();
    await bundleCommand(root);
    expect(freshBundle(root)).not.toBe(before);
    expect(say()).toContain('late');
  },
);

test('what changes while it is made does not count', async () => {
  write('cli/late.ts', LATE, -60);
  await bundleCommand(root);
  expect(freshBundle(root)).toBeUndefined();
});

test('one whose files are gone is made again', async () => {
  await bundleCommand(root);
  rmSync(join(freshBundle(root) ?? '', 'main.js'));
  expect(freshBundle(root)).toBeUndefined();
  await bundleCommand(root);
  expect(say()).toContain('word');
});

test('one that is fresh is left, and of many the last stay', async () => {
  await bundleCommand(root);
  const first = freshBundle(root);
  await bundleCommand(root);
  expect(freshBundle(root)).toBe(first);
  for (const seconds of [50, 40, 30, 20]) {
    write('cli/late.ts', LATE, seconds);
    await bundleCommand(root);
  }
  const folders = readdirSync(join(root, BUNDLES));
  expect(folders.filter((name) => name !== 'index.json')).toHaveLength(3);
  expect(say()).toContain('late');
});
