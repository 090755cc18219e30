import { globSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../core/errors.ts';
import type { Definitions } from '../definitions.ts';

/** The pipelines of this project, and a hand that records input of theirs. */
export interface DefinitionsPlace {
  readonly definitions: Definitions;
  /** What a replay of what was recorded is asked for by. */
  readonly replay: string;
  record(name: string, path: string, body: string): Promise<void>;
  remove(): Promise<void>;
}

export const PIPELINES = fileURLToPath(
  new URL('../../pipelines', import.meta.url),
);

/** The files below a folder: path and bytes. */
const filesOf = async (folder: string) => {
  const entries = globSync('**', { cwd: folder, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async ({ parentPath, name }) => {
    const file = join(parentPath, name);
    return [relative(folder, file), await readFile(file, 'base64')] as const;
  });
  return Object.fromEntries(await Promise.all(read));
};

/** What whoever looks for a pipeline may rely on. */
export const definitionsContract = (
  name: string,
  open: () => Promise<DefinitionsPlace>,
): void => {
  describe(`definitions: ${name}`, () => {
    let place: DefinitionsPlace;
    let definitions: Definitions;
    beforeEach(async () => {
      place = await open();
      definitions = place.definitions;
    });
    afterEach(() => place.remove());

    test('are the folders of the project, by name', async () => {
      const found = globSync('*/pipeline.ts', { cwd: PIPELINES });
      expect(found.length).toBeGreaterThan(0);
      expect(await definitions.names()).toEqual(found.map(dirname).toSorted());
    });

    test('a plan has its name, its tables, and the text of their SQL', async () => {
      for (const pipeline of await definitions.names()) {
        const plan = await definitions.plan(pipeline);
        expect(plan.pipeline).toBe(pipeline);
        const sql = await readdir(join(PIPELINES, pipeline, 'sql'));
        for (const table of plan.tables)
          expect(sql).toContain(`${table.name}.sql`);
        for (const { sql } of plan.tables) {
          const file = join(PIPELINES, pipeline, sql.file);
          expect(sql.text).toBe(await readFile(file, 'utf8'));
        }
      }
    });

    test('a plan is plain data, the same each time', async () => {
      const plan = await definitions.plan('loans');
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      expect(await definitions.plan('loans')).toEqual(plan);
    });

    test.each([
      '',
      'loan',
      'LOANS',
      'loans/',
      '../pipelines/loans',
      'toString',
      '__proto__',
    ])(
      'what is no name is refused, with those that are: "%s"',
      async (none) => {
        const refused = definitions.plan(none);
        await expect(refused).rejects.toThrow(UsageError);
        await expect(refused).rejects.toThrow(`"${none}"`);
        await expect(refused).rejects.toThrow(/Known: .*\bloans\b/);
      },
    );

    test.each(['loans', 'banks'])(
      'the sample of %s is here as it ships',
      async (pipeline) => {
        const shipped = await filesOf(join(PIPELINES, pipeline, 'sample'));
        expect(Object.keys(shipped).length).toBeGreaterThan(0);
        const sample = await definitions.sample(pipeline);
        expect(await filesOf(sample)).toEqual(shipped);
      },
    );

    test('a recording is here as it was made, and no other one is', async () => {
      await place.record('loans', 'in/a b=ü.csv', 'id\n1\n');
      await place.record('loans', 'recording.json', '{}');
      await place.record('loans2', 'c.csv', 'id\n2\n');
      for (const replay of [place.replay, `${place.replay}/`]) {
        const folder = await definitions.recording('loans', replay);
        expect(await filesOf(folder)).toEqual({
          'in/a b=ü.csv': btoa('id\n1\n'),
          'recording.json': btoa('{}'),
        });
      }
    });

    test('what was not recorded is refused, or an empty folder', async () => {
      await place.record('loans', 'a.csv', 'id\n1\n');
      const asked = async () => definitions.recording('songs', place.replay);
      const found = await asked().then(filesOf, ({ message }) => message);
      expect(found).toEqual(
        typeof found === 'string' ? expect.stringContaining('songs') : {},
      );
    });
  });
};
