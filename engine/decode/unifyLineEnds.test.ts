import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testBench } from '../testing/bench.ts';
import { unifyLineEnds } from './unifyLineEnds.ts';

const bench = testBench();
const CHUNK = 1 << 20;

const unified = async (text: string) => {
  const { folder } = await bench();
  const local = join(folder, 'a.csv');
  const target = join(folder, 'b.csv');
  const bytes = Buffer.byteLength(text);
  await writeFile(local, text);
  const file = { path: 'a.csv', local, bytes, records: 0 };
  await unifyLineEnds(file, { separator: ',', quote: '"' }, target);
  return readFile(target, 'utf8');
};

test.each<[string, string, string]>([
  ['LF alone', 'a,b\n1,2\n3,4', 'a,b\n1,2\n3,4'],
  ['CRLF alone', 'a,b\r\n1,2\r\n', 'a,b\n1,2'],
  ['both', 'a,b\n1,2\r\n3,4\n', 'a,b\n1,2\n3,4'],
  ['blank lines, so that lines keep their numbers', 'a\r\n\r\n\n1', 'a\n\n\n1'],
  ['in quotes all stays', 'a\n"1\r\n\n2"\r\n3', 'a\n"1\r\n\n2"\n3'],
  ['a byte order mark', '\uFEFFa\r\n1', '\uFEFFa\n1'],
])('%s', async (_, text, expected) => {
  expect(await unified(text)).toBe(expected);
});

test.each([-2, -1, 0, 1])(
  'a line end %i bytes from the border of two chunks',
  async (shift) => {
    const first = 'x'.repeat(CHUNK + shift - 1);
    const long = `"${'y\r\n'.repeat(CHUNK)}"`;
    const text = `${first}\r\n${long}\r\nz\n`;
    expect((await unified(text)) === `${first}\n${long}\nz`).toBe(true);
  },
);
