import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DefinitionError } from '../../core/errors.ts';
import {
  definitionsContract,
  PIPELINES,
} from '../contract/definitionsContract.ts';
import { inTemporary } from '../contract/temporary.ts';
import { localDefinitions } from './localDefinitions.ts';

const shipped = localDefinitions(PIPELINES);

definitionsContract('folders', async () => {
  const replay = await mkdtemp(join(tmpdir(), 'tributary-'));
  return {
    definitions: shipped,
    replay,
    record: async (name, path, body) => {
      const file = join(replay, name, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, body);
    },
    remove: () => rm(replay, { recursive: true }),
  };
});

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

test('its sample lies beside its definition', () => {
  expect(shipped.sample('loans')).toBe(join(PIPELINES, 'loans', 'sample'));
});

test('of an unknown name the nearest that is known is told', async () => {
  const refused = shipped.plan('loan');
  await expect(refused).rejects.toThrow('did you mean "loans"?');
});

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
