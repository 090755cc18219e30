import {
  mkdtemp,
  readFile as readByThread,
  rm,
  writeFile as writeByThread,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fs from './shortFiles.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'short-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('whoever goes from file to file lets others have their turn', async () => {
  let isOver = false;
  setTimeout(() => {
    isOver = true;
  }, 5);
  // Awaited promises alone would never let the timer go off.
  let reads = 0;
  for (; !isOver && reads < 100_000; reads++) await fs.readdir(folder);
  expect(isOver).toBe(true);
  expect(reads).toBeGreaterThan(1);
});

test('a file is written, flushed and read', async () => {
  const path = join(folder, 'a');
  const file = await fs.open(path, 'wx');
  await file.writeFile('half a café');
  await file.sync();
  await file.close();
  await expect(file.sync()).rejects.toMatchObject({ code: 'EBADF' });
  expect(await readByThread(path, 'utf8')).toBe('half a café');
  await using again = await fs.open(path, 'r');
  expect(await again.size()).toBe(12);
  const block = new Uint8Array(4);
  expect(await again.read(block, 5)).toBe(4);
  expect(Buffer.from(block).toString()).toBe('a ca');
  expect(await again.read(block, 10)).toBe(2);
});

test.each<[string, string, () => Promise<unknown>]>([
  ['readFile', 'ENOENT', () => fs.readFile(join(folder, 'none'))],
  ['open', 'ENOENT', () => fs.open(join(folder, 'none'), 'r')],
  ['readdir', 'ENOENT', () => fs.readdir(join(folder, 'none'))],
  ['stat', 'ENOENT', () => fs.stat(join(folder, 'none'))],
  ['mkdir', 'EEXIST', () => fs.mkdir(folder)],
  ['rmdir', 'ENOENT', () => fs.rmdir(join(folder, 'none'))],
  ['link', 'ENOENT', () => fs.link(join(folder, 'x'), join(folder, 'y'))],
  ['rename', 'ENOENT', () => fs.rename(join(folder, 'x'), join(folder, 'y'))],
])('what goes wrong is a rejection: %s', async (name, code, act) => {
  await expect(act()).rejects.toMatchObject({
    code,
    syscall:
      name === 'readdir'
        ? 'scandir'
        : name.replace('File', '').replace(/^read$/, 'open'),
  });
});

test('a folder is removed with all that is in it, and what is not there too', async () => {
  const inner = join(folder, 'a', 'b');
  await fs.mkdir(inner, { recursive: true });
  await fs.writeFile(join(inner, 'c'), 'x');
  await fs.rm(join(folder, 'a'), { recursive: true, force: true });
  await fs.rm(join(folder, 'a'), { recursive: true, force: true });
  for (let i = 0; i < 300; i++) await fs.writeFile(join(folder, `${i}`), '');
  await fs.mkdir(inner, { recursive: true });
  await fs.rm(folder, { recursive: true });
  await expect(fs.readdir(folder)).rejects.toThrow('ENOENT');
  await expect(fs.rm(folder, { recursive: true })).rejects.toThrow('ENOENT');
});

test.each([0, 1, 3 << 20])('a file of %d bytes is copied', async (bytes) => {
  const body = Buffer.alloc(bytes, 'ab');
  const from = join(folder, 'from');
  await writeByThread(from, body);
  await fs.copyFile(from, join(folder, 'to'));
  expect((await readByThread(join(folder, 'to'))).equals(body)).toBe(true);
  await expect(fs.copyFile(join(folder, 'no'), from)).rejects.toThrow('ENOENT');
});

test.each([0, 1, 700_001])('%d bytes in blocks', async (bytes) => {
  const body = Buffer.alloc(bytes, 'abc');
  await writeByThread(join(folder, 'a'), body);
  const blocks: Buffer[] = [];
  for await (const block of fs.freshBytes(join(folder, 'a'), true))
    blocks.push(block);
  expect(Buffer.concat(blocks).equals(body)).toBe(true);
  expect(blocks).toHaveLength(Math.ceil(bytes / (256 << 10)));
  const seen: Buffer[] = [];
  for await (const block of fs.freshBytes(join(folder, 'a'), false))
    seen.push(Buffer.from(block));
  expect(Buffer.concat(seen).equals(body)).toBe(true);
});
