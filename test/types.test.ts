import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, tsc, typeFaults } from './support/tsc.ts';

/**
 * In `core/*.types.ts` each `@ts-expect-error` says that the compiler refuses
 * the line below it, and why. They are taken out here, to see whether it does,
 * for that reason.
 */
const DIRECTIVE = /^( *)\/\/ @ts-expect-error (.*)$/;
const CORE = join(ROOT, 'core');

/** Wrong type, wrong argument, unknown or missing member: no misprint. */
const REFUSALS = ['TS2322', 'TS2345', 'TS2353', 'TS2554', 'TS2739'];

/** A line that is refused, and the word that its reason is about. */
interface Refused {
  readonly at: string;
  readonly word: string;
}

test('the project compiles, and all type tests hold', async () => {
  expect(await tsc([])).toBe('');
});

test('so do the pages of the console, with the types of a browser', async () => {
  expect(await tsc(['--project', 'cli/console/page'])).toBe('');
});

const expected: Refused[] = [];
const found = new Map<string, { code: string; message: string }>();
let folder = '';

const strip = async (name: string) => {
  const lines = (await readFile(join(CORE, name), 'utf8')).split('\n');
  const bare = lines.map((text, i) => {
    const [, indent, reason] = DIRECTIVE.exec(text) ?? [];
    if (reason === undefined) return text;
    const word = /^["'](.+?)["']/.exec(reason)?.[1] ?? reason;
    expected.push({ at: `${name}:${i + 2}`, word });
    return `${indent}//`;
  });
  const text = bare.join('\n').replaceAll("from './", "from '../../core/");
  await writeFile(join(folder, name), text);
};

beforeAll(async () => {
  const cache = join(ROOT, '.cache');
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'types-'));
  const names = await readdir(CORE);
  for (const name of names.filter((n) => n.endsWith('.types.ts')))
    await strip(name);
  const config = {
    extends: '../../tsconfig.json',
    include: ['.'],
    exclude: [],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  for (const fault of typeFaults(await tsc(['--project', folder])))
    found.set(`${fault.file.split(/[\\/]/).at(-1)}:${fault.line}`, fault);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('without the directives just the lines below them are refused', () => {
  expect(expected.length).toBeGreaterThan(60);
  expect([...found.keys()].sort()).toEqual(expected.map(({ at }) => at).sort());
});

test('each is refused for the reason that it gives', () => {
  const others = expected.filter(({ at, word }) => {
    const { code = '', message = '' } = found.get(at) ?? {};
    return !REFUSALS.includes(code) || !message.includes(word);
  });
  expect(others).toEqual([]);
});
