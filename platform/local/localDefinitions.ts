import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closest, distance } from 'fastest-levenshtein';
import { compile, type SqlFiles } from '../../core/compile.ts';
import type { Pipeline } from '../../core/definePipeline.ts';
import { DefinitionError, UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { Definitions } from '../definitions.ts';
import { readdir, readFile } from '../shortFiles.ts';

const SQL_FOLDERS = ['sql', 'queries', 'cards'];

const readSql = async (folder: string): Promise<SqlFiles> => {
  const files = await Promise.all(
    SQL_FOLDERS.map(async (sub) => {
      const names = await readdir(join(folder, sub)).catch(() => []);
      return Promise.all(
        names
          .filter((name) => name.endsWith('.sql'))
          .map(
            async (name): Promise<[string, string]> => [
              `${sub}/${name}`,
              await readFile(join(folder, sub, name), 'utf8'),
            ],
          ),
      );
    }),
  );
  return Object.fromEntries(files.flat());
};

/** The name that was likely meant: a third of its letters may be wrong. */
const nearTo = (name: string, known: readonly string[]) => {
  const near = closest(name, known);
  return near && distance(name, near) <= Math.ceil(name.length / 3)
    ? near
    : undefined;
};

const importPipeline = async (
  name: string,
  url: string,
): Promise<{ default?: Pipeline }> => {
  try {
    return await import(url);
  } catch (cause) {
    const fault = `pipeline.ts cannot be loaded: ${(cause as Error).message}`;
    throw new DefinitionError(name, [fault], { cause });
  }
};

/** Pipelines as the subfolders of one folder that hold a `pipeline.ts`. */
export const localDefinitions = (root: string): Definitions => {
  const names = async () => {
    const entries = await readdir(root, { withFileTypes: true });
    const found = await Promise.all(
      entries
        .filter((entry) => entry.isDirectory())
        .map(async ({ name }) => {
          const inside = await readdir(join(root, name));
          return inside.includes('pipeline.ts') ? [name] : [];
        }),
    );
    return found.flat().sort();
  };

  return {
    names,
    plan: async (name) => {
      const known = await names();
      if (!known.includes(name)) {
        const near = nearTo(name, known);
        throw new UsageError(
          `there is no pipeline "${name}"` +
            (near ? `; did you mean "${near}"?` : '.') +
            ` Known: ${known.join(', ') || 'none'}`,
        );
      }
      const folder = join(root, name);
      const url = pathToFileURL(join(folder, 'pipeline.ts')).href;
      const [module, sql] = await Promise.all([
        importPipeline(name, url),
        readSql(folder),
      ]);
      if (!module.default?.tables)
        throw new DefinitionError(name, [
          'pipeline.ts has no default export made by definePipeline',
        ]);
      if (module.default.name !== name)
        throw new DefinitionError(name, [
          `pipeline.ts is named "${module.default.name}", its folder "${name}"`,
        ]);
      return compile(module.default, sql);
    },
    sample: (name) => join(root, name, 'sample'),
    recording: (name, replay) => join(resolve(replay), name),
  };
};

/** The plans of all pipelines of a folder, by their names. */
export const plansIn = async (root: string): Promise<Plan[]> => {
  const definitions = localDefinitions(root);
  return Promise.all((await definitions.names()).map(definitions.plan));
};
