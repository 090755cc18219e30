import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, type TypeFault, tsc, typeFaults } from './support/tsc.ts';

const DIRECTIVE = /^( *)\/\/ @ts-expect-error (.*)$/;
const TYPE_TESTS = join('core', 'vocabulary.types.ts');

/** Wrong type, wrong argument, unknown or missing property: not a misprint. */
const REFUSALS = ['TS2322', 'TS2345', 'TS2353', 'TS2554', 'TS2739'];

test('the project compiles, and all type tests hold', async () => {
  expect(await tsc([])).toBe('');
});

/** The directives of the type tests: the line below each, and its reason. */
const expected: { line: number; reason: string }[] = [];
let found: TypeFault[] = [];
let folder = '';

beforeAll(async () => {
  const lines = (await readFile(join(ROOT, TYPE_TESTS), 'utf8')).split('\n');
  const bare = lines.map((text, i) => {
    const [, indent = '', reason] = DIRECTIVE.exec(text) ?? [];
    if (reason !== undefined) expected.push({ line: i + 2, reason });
    return reason === undefined ? text : `${indent}//`;
  });
  const cache = join(ROOT, '.cache');
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'types-'));
  await writeFile(
    join(folder, 'bare.ts'),
    bare.join('\n').replace("'./index.ts'", "'../../core/index.ts'"),
  );
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      include: ['bare.ts'],
      exclude: [],
    }),
  );
  found = typeFaults(await tsc(['--project', folder]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('without the directives just the lines below them are refused', () => {
  expect(expected.length).toBeGreaterThan(50);
  expect(found.map(({ line }) => line)).toEqual(
    expected.map(({ line }) => line),
  );
});

test('each is refused for the reason that it gives', () => {
  const others = expected.filter(({ line, reason }) => {
    const fault = found.find((f) => f.line === line);
    const [, name = reason] = /^["'](.+?)["']/.exec(reason) ?? [];
    return !(
      fault &&
      REFUSALS.includes(fault.code) &&
      fault.message.includes(name)
    );
  });
  expect(others).toEqual([]);
});
