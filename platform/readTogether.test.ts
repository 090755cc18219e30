import { appendFileSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTemporary } from './contract/temporary.ts';
import { readTogether } from './readTogether.ts';

test('what a file has become since it was listed counts', () =>
  inTemporary(async (root) => {
    const files = ['one', 'two', 'three', 'four'].map((text) => {
      const local = join(root, text);
      writeFileSync(local, text);
      return { local, bytes: text.length };
    });
    appendFileSync(join(root, 'two'), '+'.repeat(1000));
    truncateSync(join(root, 'three'), 2);
    appendFileSync(join(root, 'four'), '!');
    const checked: number[] = [];
    const bodies = readTogether(files, {
      open: ({ local }) => openSync(local, 'r'),
      check: (_, { size }) => checked.push(size),
    });
    const expected = ['one', `two${'+'.repeat(1000)}`, 'th', 'four!'];
    expect(bodies.map(String)).toEqual(expected);
    expect(checked).toEqual(expected.map(({ length }) => length));
  }));
