import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BUNDLES, freshBundle, INSTALLED } from '../cli/startUp/freshBundle.js';
import { bundleCommand, joinModules } from './bundle.js';

const RUN_JOINED = new URL('../cli/startUp/runJoined.js', import.meta.url).href;
const LATE = `export const late: string = 'late';`;
const FILES = {
  'cli/main.ts': `import { word } from '../core/index.ts';
export const done = import('./late.ts').then(({ late }) =>
  console.log(JSON.stringify([word, late, import.meta.url, import.meta.dirname])));`,
  'cli/late.ts': LATE,
  'core/index.ts': `export const word: string = 'word';`,
  'functions/fetch/inspectWorker.ts': `import { parentPort } from 'node:worker_threads';
import { word } from '../../core/index.ts';
parentPort?.postMessage([word, import.meta.url, globalThis.tributaryBundle]);`,
  [INSTALLED]: '{}',
};
let root: string;

/** Written a while ago, so that no bundle takes it for a change meanwhile. */
const write = (path: string, text: string, secondsAgo = 60) => {
  writeFileSync(join(root, path), text);
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(join(root, path), then, then);
};

const say = (project = root) => {
  const run = `
    const { runJoined } = await import(${JSON.stringify(RUN_JOINED)});
    await runJoined(${JSON.stringify(freshBundle(project))}).main.done;`;
  const args = ['--input-type=module', '-e', run];
  const options = { cwd: tmpdir(), encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, args, options));
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

test('a module that begins as a thread is a script of its own', async () => {
  await bundleCommand(root);
  const folder = freshBundle(root) ?? '';
  const worker = new Worker(join(folder, 'inspectWorker.cjs'));
  const [said] = await once(worker, 'message');
  const path = join(root, 'functions', 'fetch', 'inspectWorker.ts');
  expect(said).toEqual(['word', pathToFileURL(path).href, folder]);
  await worker.terminate();
  rmSync(join(folder, 'inspectWorker.cjs'));
  expect(freshBundle(root)).toBeUndefined();
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

test('what changes while it is made does not count, and does not stay', async () => {
  write('cli/late.ts', LATE, -60);
  await bundleCommand(root);
  expect(freshBundle(root)).toBeUndefined();
  expect(readdirSync(join(root, BUNDLES))).toEqual([]);
});

test.each([
  ['whose script is gone', (path: string) => rmSync(path), 'joined.js'],
  ['that lacks a part', (path: string) => rmSync(path), 'core.mjs'],
  ['that is cut', (path: string) => truncateSync(path, 0), 'joined.js'],
])('one %s is made again', async (_, harm, file) => {
  await bundleCommand(root);
  harm(join(freshBundle(root) ?? '', file));
  expect(freshBundle(root)).toBeUndefined();
  await bundleCommand(root);
  expect(say()).toContain('word');
});

test('a change with the size and the time of before counts', async () => {
  await bundleCommand(root);
  write('cli/late.ts', LATE.replace("'late'", "'LATE'"));
  expect(freshBundle(root)).toBeUndefined();
  await bundleCommand(root);
  expect(say()).toContain('LATE');
});

test.each(['node_modules x', 'node_modules'])(
  'a project may lie below %s',
  async (parent) => {
    const odd = join(root, parent, 'a #b%20c');
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(join(odd, path, '..'), { recursive: true });
      writeFileSync(join(odd, path), text);
      utimesSync(join(odd, path), 1e9, 1e9);
    }
    await bundleCommand(odd);
    expect(say(odd).slice(0, 2)).toEqual(['word', 'late']);
    expect(say(odd)[3]).toBe(join(odd, 'cli'));
    // What is not joined stays where it is.
    const main = join(odd, 'cli', 'main.ts');
    writeFileSync(main, `import 'far-away';\n${FILES['cli/main.ts']}`);
    utimesSync(main, 1e9, 1e9);
    await bundleCommand(odd);
    const made = readFileSync(
      join(freshBundle(odd) ?? '', 'joined.js'),
      'utf8',
    );
    expect(made).toContain('require("far-away")');
  },
);

test('one that is fresh is left; of others those of a day and the last stay', async () => {
  const all = join(root, BUNDLES);
  const old = ['1000-1', '2000-1'];
  for (const name of old) mkdirSync(join(all, name), { recursive: true });
  await bundleCommand(root);
  const first = freshBundle(root);
  await bundleCommand(root);
  expect(freshBundle(root)).toBe(first);
  expect(readdirSync(all)).toEqual(expect.arrayContaining(old));
  for (const seconds of [50, 40, 30]) {
    write('cli/late.ts', LATE, seconds);
    await bundleCommand(root);
  }
  const folders = readdirSync(all).filter((name) => name !== 'index.json');
  expect(folders).toHaveLength(4);
  expect(folders).not.toEqual(expect.arrayContaining(['1000-1']));
  expect(say()).toContain('late');
});

test('axios is loaded without what Node has for fetch, and asks by HTTP', async () => {
  const folder = join('.cache', 'test', `axios-${process.pid}`);
  const project = join(import.meta.dirname, '..');
  const http = { client: './functions/fetch/http/client.ts' };
  try {
    await joinModules(project, http, folder);
    const run = `
      const seen = [];
      for (const name of ['FormData', 'Request', 'Response'])
        Object.defineProperty(globalThis, name, {
          configurable: true, get: () => void seen.push(name) });
      const { createServer } = await import('node:http');
      const server = createServer((_, answer) => answer.end('body'));
      await new Promise((listens) => server.listen(0, '127.0.0.1', listens));
      const { runJoined } = await import(${JSON.stringify(RUN_JOINED)});
      const { newClient } = runJoined(${JSON.stringify(join(project, folder))}).client;
      const client = newClient({});
      const url = 'http://127.0.0.1:' + server.address().port;
      const { body, close } = await client.open({
        url, headers: {}, secrets: {}, signal: new AbortController().signal });
      let text = '';
      for await (const bytes of body) text += bytes;
      close();
      client.close();
      server.close();
      console.log(JSON.stringify({ seen, text }));`;
    const args = ['--input-type=module', '-e', run];
    const said = execFileSync(process.execPath, args, { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual({ seen: [], text: 'body' });
  } finally {
    rmSync(join(project, folder), { recursive: true, force: true });
  }
});
