import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inTemporary } from '../../platform/contract/temporary.ts';
import { refuseLongLines } from './refuseLongLines.ts';

const MIB = 1 << 20;
const long = (n: number) => Buffer.alloc(n, 'x');

const pass = (parts: readonly Buffer[]) =>
  inTemporary(async (folder) => {
    const local = join(folder, 'f');
    await writeFile(local, Buffer.concat(parts));
    let bytes = 0;
    const file = { path: 'in/f.csv', local };
    for await (const chunk of refuseLongLines(parts, file, MIB))
      bytes += chunk.length;
    return bytes;
  });

test.each<[string, Buffer[], number]>([
  ['no chunk', [], 0],
  ['short lines', [Buffer.from('a\nb\n'), Buffer.from('c')], 5],
  [
    'a line over chunks',
    [long(MIB - 2), Buffer.from('x\n'), long(MIB)],
    2 * MIB,
  ],
])('%s pass', async (_, parts, bytes) => {
  expect(await pass(parts)).toBe(bytes);
});

test.each<[string, Buffer[], number]>([
  ['the first', [long(MIB), Buffer.from('xx\nb')], 1],
  ['one without an end', [Buffer.from('a\nb\nc'), long(MIB)], 3],
  [
    'one in the middle',
    [Buffer.from('a\nb'), long(MIB), Buffer.from('\nc')],
    2,
  ],
])('a line that is too long is refused: %s', async (_, parts, line) => {
  await expect(pass(parts)).rejects.toThrow(
    `file in/f.csv, line ${line}: the line is longer than 1 MiB`,
  );
});
