import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefinitionError, UsageError } from '../../core/errors.ts';
import { inTemporary } from '../contract/temporary.ts';
import { localDefinitions } from './localDefinitions.ts';

const PIPELINES = fileURLToPath(new URL('../../pipelines', import.meta.url));
const shipped = localDefinitions(PIPELINES);

/** A folder of pipelines: each by its name, and the text of its definition. */
const withPipelines = <T>(
  texts: Readonly<Record<string, string>>,
  act: (folder: string) => Promise<T>,
) =>
  inTemporary(async (folder) => {
    for (const [name, text] of Object.entries(texts)) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'pipeline.ts'), text);
    }
    return act(folder);
  });

test('a pipeline is a folder with a pipeline.ts', () =>
  withPipelines({ b: '', a: '' }, async (folder) => {
    await mkdir(join(folder, 'notes'));
    await writeFile(join(folder, 'README.md'), '');
    expect(await localDefinitions(folder).names()).toEqual(['a', 'b']);
  }));

test('a plan has the text of its SQL files', async () => {
  const { tables } = await shipped.plan('loans');
  expect(tables.length).toBeGreaterThan(0);
  for (const { name, sql } of tables) {
    const file = join(PIPELINES, 'loans', 'sql', `${name}.sql`);
    expect(sql.text).toBe(await readFile(file, 'utf8'));
  }
});

test('its sample lies beside its definition', () => {
  expect(shipped.sample('loans')).toBe(join(PIPELINES, 'loans', 'sample'));
});

test.each([
  ['loan', 'did you mean "loans"?'],
  ['', 'Known: '],
])(
  'an unknown name is refused, with those that are known: "%s"',
  async (name, words) => {
    const refused = shipped.plan(name);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(words);
  },
);

test('an empty folder says so', () =>
  inTemporary(async (folder) => {
    const refused = localDefinitions(folder).plan('loans');
    await expect(refused).rejects.toThrow('Known: none');
  }));

test.each([
  ['exports nothing', 'export const a = 1;', 'has no default export'],
  ['exports something else', 'export default 1;', 'has no default export'],
  [
    'has the name of another folder',
    "export default { name: 'other', tables: [] };",
    'is named "other", its folder "mine"',
  ],
])('a definition that %s is refused', (_, text, words) =>
  withPipelines({ mine: text }, async (folder) => {
    const refused = localDefinitions(folder).plan('mine');
    await expect(refused).rejects.toThrow(DefinitionError);
    await expect(refused).rejects.toThrow(words);
  }),
);
