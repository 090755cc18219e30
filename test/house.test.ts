import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDay } from '../core/period.ts';
import { localDefinitions } from '../platform/local/localDefinitions.ts';
import { projectFiles } from './support/projectFiles.ts';
import { ROOT } from './support/tsc.ts';

const files = projectFiles();
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Biome's output, without what it prints on a clean project. */
const biome = (args: readonly string[], input = '') => {
  const command = join(
    ROOT,
    'node_modules',
    '@biomejs',
    'biome',
    'bin',
    'biome',
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, ...args, '--colors=off', '--max-diagnostics=20'],
    { cwd: ROOT, encoding: 'utf8', input },
  );
  return { status, said: stdout + stderr };
};

test('the files are found', () => {
  expect(files).toContain('core/index.ts');
  expect(files.filter((path) => path.includes('node_modules/'))).toEqual([]);
});

test('Biome finds nothing to say', () => {
  const { status, said } = biome(['ci', '.']);
  expect(status === 0 ? '' : said.slice(0, 5000)).toBe('');
});

test.each(['only', 'skip'])('Biome would find a test that is .%s', (word) => {
  const text = `test.${word}('one', () => {\n  expect(1).toBe(1);\n});\n`;
  const { status } = biome(['lint', '--stdin-file-path=one.test.ts'], text);
  expect(status).not.toBe(0);
});

/** Ways to leave a test out that Biome does not know. */
const LEFT_OUT = /\b(test|it|describe)(\.each)?\.(todo|failing|skip|only)\b/;

test('no test is left out', () => {
  const tests = files.filter((path) => path.endsWith('.test.ts'));
  expect(tests).toContain('test/house.test.ts');
  expect(tests.filter((path) => LEFT_OUT.test(read(path)))).toEqual([]);
  expect(LEFT_OUT.test(['test', 'todo'].join('.'))).toBe(true);
});

test('the lock file names no registry', () => {
  const lock = read('package-lock.json');
  expect(Object.keys(JSON.parse(lock).packages).length).toBeGreaterThan(100);
  expect(lock).not.toContain('"resolved"');
});

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** This folder, unless its path is so short that others may mean it, too. */
const root = ROOT.split(/[\\/]/).length > 2 ? `|${escaped(ROOT)}\\b` : '';

/** Folders of a person or of this machine, not those of an address. */
const HERE = new RegExp(
  `(^|[\\s'"\`=(,])(/(home|Users|root)/|[A-Z]:\\\\Users\\\\${root})`,
  'm',
);

test.each([
  ['a home', `cd ${['', 'home', 'ada', 'tributary'].join('/')}`, true],
  ['a home of a Mac', `"${['', 'Users', 'ada'].join('/')}"`, true],
  ['a home of Windows', ['C:', 'Users', 'ada'].join('\\'), true],
  ['this very folder', `run ${ROOT}/cli/tributary.js`, root !== ''],
  ['an address', 'https://example.org/home/page', false],
  ['a path of the project', 'see docs/home/index.md', false],
])('%s is told from others', (_, text, isHere) => {
  expect(HERE.test(text)).toBe(isHere);
});

test('no file knows where it was written', () => {
  const text = files.filter((path) => !/\.(parquet|png|gz|ttf)$/.test(path));
  expect(text.filter((path) => HERE.test(read(path)))).toEqual([]);
});

const pipelines = join(ROOT, 'pipelines');
const definitions = localDefinitions(pipelines);
const names = readdirSync(pipelines, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(names)('the folder of %s', (name) => {
  const folder = join(pipelines, name);

  test('says in README.md what each table is', async () => {
    const { tables } = await definitions.plan(name);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const untold = tables.filter((table) => !readme.includes(table.name));
    expect(untold.map((table) => table.name)).toEqual([]);
  });

  test('has a recording with its date', () => {
    const text = readFileSync(join(folder, 'sample/recording.json'), 'utf8');
    const { date } = JSON.parse(text) as { date: string };
    expect(() => parseDay(date)).not.toThrow();
  });

  test('has the rows that each table must get from it', async () => {
    const { tables } = await definitions.plan(name);
    const wanted = [
      'sources.json',
      ...tables.map((table) => `${table.name}.csv`),
    ];
    const missing = wanted.filter(
      (file) => !existsSync(join(folder, 'expected', file)),
    );
    expect(missing).toEqual([]);
  });
});
