import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';

const RUN_JOINED = new URL('./runJoined.js', import.meta.url).href;
const SCRIPT = `
const used = (n) => { const inner = () => n + 1; return inner(); };
exports.answer = used(41);
exports.place = [__filename, require('node:path').dirname(__filename)];
exports.later = import('node:os').then((os) => typeof os.tmpdir);
exports.far = import('far').then((far) => far.default);
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joined-'));
  writeFileSync(join(folder, 'joined.js'), SCRIPT);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (then: string, name?: string) => {
  const code = `
    const { runJoined } = await import(${JSON.stringify(RUN_JOINED)});
    const joined = runJoined(${JSON.stringify(folder)}, ${JSON.stringify(name)});
    joined.far.catch(() => {});
    ${then}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', code],
    { encoding: 'utf8' },
  );
  return { stdout: stdout.trim(), stderr, status };
};
const ANSWER = 'console.log(joined.answer)';
const codeOf = (name: string) => join(folder, `${name}.code`);

test('a script runs, knows its place and imports what it needs, without a word', () => {
  const { stdout, stderr } = run(
    'console.log(JSON.stringify([joined.place, await joined.later]))',
  );
  expect(stderr).toBe('');
  const script = join(folder, 'joined.js');
  expect(JSON.parse(stdout)).toEqual([[script, folder], 'function']);
  expect(readdirSync(folder)).toEqual(['joined.js']);
});

test('a package is looked for from where the script lies', () => {
  const { stdout } = run(
    'console.log((await joined.far.catch((e) => e)).message)',
  );
  expect(stdout).toContain(`'far' imported from ${join(folder, 'joined.js')}`);
});

test('other warnings are still told', () => {
  const { stderr } = run("process.emitWarning('beware')");
  expect(stderr).toContain('beware');
});

test('what was compiled is kept, and used the next time', () => {
  expect(run(ANSWER, 'one').stdout).toBe('42');
  const kept = readFileSync(codeOf('one'));
  // The second one finds that there is no more.
  expect(run(ANSWER, 'one').stdout).toBe('42');
  const { mtimeMs } = statSync(codeOf('one'));
  expect(run(ANSWER, 'one').stdout).toBe('42');
  expect(statSync(codeOf('one')).mtimeMs).toBe(mtimeMs);
  // Functions that were called are in it: without them it is shorter.
  writeFileSync(
    join(folder, 'joined.js'),
    SCRIPT.replace('used(41)', '42     '),
  );
  expect(run(ANSWER, 'two').stdout).toBe('42');
  expect(readFileSync(codeOf('two')).length).toBeLessThan(kept.length);
  expect(readdirSync(folder).sort()).toEqual([
    'joined.js',
    'one.code',
    'two.code',
  ]);
});

test('what is kept grows with what is called, and then stays', () => {
  const bodies = Array.from({ length: 50 }, (_, i) => `case ${i}: return n;`);
  const later = `exports.later2 = (n) => { switch (n) { ${bodies.join(' ')} } };`;
  writeFileSync(join(folder, 'joined.js'), SCRIPT + later);
  const sizeAfter = (then: string) => {
    run(then, 'one');
    return readFileSync(codeOf('one')).length;
  };
  const first = sizeAfter(ANSWER);
  const second = sizeAfter('joined.later2(3)');
  expect(second).toBeGreaterThan(first * 1.02);
  expect(sizeAfter(ANSWER)).toBeGreaterThan(first * 1.02);
  const { mtimeMs } = statSync(codeOf('one'));
  sizeAfter('joined.later2(3)');
  expect(statSync(codeOf('one')).mtimeMs).toBe(mtimeMs);
});

test.each<[string, (code: Buffer) => Buffer]>([
  ['cut', (code) => code.subarray(0, code.length - 1)],
  ['empty', () => Buffer.alloc(0)],
  [
    'changed',
    (code) => code.fill(7, code.length >> 1, (code.length >> 1) + 99),
  ],
  [
    'of another V8',
    (code) => {
      code.fill(0, 8).writeUInt32LE(crc32(code.subarray(9)), 4);
      return code;
    },
  ],
])('what was kept and is %s is compiled again', (_, harm) => {
  run(ANSWER, 'one');
  const kept = readFileSync(codeOf('one'));
  writeFileSync(codeOf('one'), harm(Buffer.from(kept)));
  expect(run(ANSWER, 'one')).toEqual({ stdout: '42', stderr: '', status: 0 });
  expect(readFileSync(codeOf('one')).length).toBe(kept.length);
});

test('nothing is kept of what fails, nor of another script', () => {
  expect(run('process.exitCode = 1', 'one').status).toBe(1);
  expect(existsSync(codeOf('one'))).toBe(false);
  run(ANSWER, 'one');
  // V8 would take it for the same: it is as long as before.
  writeFileSync(join(folder, 'joined.js'), SCRIPT.replace('n + 1', 'n + 2'));
  expect(run(ANSWER, 'one').stdout).toBe('43');
  expect(run(ANSWER, 'one').stdout).toBe('43');
});

test('where nothing can be written it runs all the same', () => {
  mkdirSync(codeOf('one'));
  expect(run(ANSWER, 'one')).toEqual({ stdout: '42', stderr: '', status: 0 });
  expect(readdirSync(folder).sort()).toEqual(['joined.js', 'one.code']);
});

test('a definition has the vocabulary of the script', () => {
  writeFileSync(
    join(folder, 'core.mjs'),
    "export const { answer } = globalThis[Symbol.for('tributary.joined')];",
  );
  const url = JSON.stringify(pathToFileURL(join(folder, 'core.mjs')).href);
  expect(run(`console.log((await import(${url})).answer)`).stdout).toBe('42');
});
