import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTemporary } from './contract/temporary.ts';
import { readTogether } from './readTogether.ts';

test('what a file has become since it was listed counts', () =>
  inTemporary(async (root) => {
    const files = ['one', 'two', 'three', 'four'].map((text) => {
      const local = join(root, text);
      writeFileSync(local, text);
      return { path: text, local, bytes: text.length };
    });
    appendFileSync(join(root, 'two'), '+'.repeat(1000));
    truncateSync(join(root, 'three'), 2);
    appendFileSync(join(root, 'four'), '!');
    const bodies = readTogether(files, ({ local }) => openSync(local, 'r'));
    const expected = ['one', `two${'+'.repeat(1000)}`, 'th', 'four!'];
    expect(bodies.map(String)).toEqual(expected);
  }));

test('a file system may give less than is asked for', () =>
  inTemporary(async (root) => {
    const [first, second] = [join(root, 'first'), join(root, 'second')];
    execFileSync('mkfifo', [first]);
    writeFileSync(second, 'second');
    const writer = spawn('sh', [
      ...[
        '-c',
        '(printf ab; sleep 0.2; printf cd; sleep 0.2; printf e) > "$1"',
      ],
      ...['sh', first],
    ]);
    const files = [
      { path: 'first', local: first, bytes: 5 },
      { path: 'second', local: second, bytes: 6 },
    ];
    const bodies = readTogether(files, ({ local }) => openSync(local, 'r'));
    expect(bodies.map(String)).toEqual(['abcde', 'second']);
    await once(writer, 'close');
  }));

test('a file that gives no bytes is named', () =>
  inTemporary(async (root) => {
    const files = [{ path: 'shop/a.json', bytes: 5 }];
    // A folder can be opened as a file can, and not be read.
    expect(() => readTogether(files, () => openSync(root, 'r'))).toThrow(
      /^file shop\/a\.json: it cannot be read: EISDIR/,
    );
  }));
