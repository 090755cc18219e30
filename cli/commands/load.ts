import { UsageError } from '../../core/errors.ts';
import { load } from '../../functions/load/handler.ts';
import type { Load } from '../../functions/shared/loadDestinations.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { loadText } from '../output/loadText.ts';
import { choosePipelines } from './choosePipelines.ts';

export interface LoadOptions extends CommonOptions {
  readonly to?: string;
  readonly schema?: string;
}

/** Without names: those that are published and have somewhere to go. */
const chosen = async (
  platform: Platform,
  named: readonly string[],
  { to, lake }: LoadOptions,
): Promise<string[]> => {
  const all = await choosePipelines(platform, named, {});
  if (named.length > 0) return all;
  const able = await Promise.all(
    all.map(async (name) => {
      const { tables } = await platform.catalog.read(name);
      const { destinations = [] } = await platform.definitions.plan(name);
      const goes = to !== undefined || destinations.length > 0;
      return goes && Object.keys(tables).length > 0 ? [name] : [];
    }),
  );
  if (able.flat().length === 0)
    throw new UsageError(
      `nothing that is published in ${lake} has a destination: name a ` +
        'secret by --to',
    );
  return able.flat();
};

const say = (pipeline: string, one: Load) =>
  console.log(
    `${pipeline}: ` +
      (one.tables.length > 0
        ? loadText(one)
        : `${one.destination}: holds what is published`),
  );

/** Copies what is published to databases. */
export const loadCommand = async (
  named: readonly string[],
  options: LoadOptions,
): Promise<number> => {
  const platform = platformOf(options);
  const { to, schema } = options;
  const pipelines = await chosen(platform, named, options);
  if (schema !== undefined && pipelines.length > 1)
    throw new UsageError('--schema is for one pipeline: name it');
  const done: ({ readonly pipeline: string } & Load)[] = [];
  for (const pipeline of pipelines) {
    const { loads } = await load(platform)({
      pipeline,
      ...(to !== undefined && { to }),
      ...(schema !== undefined && { schema }),
    });
    for (const one of loads) {
      done.push({ pipeline, ...one });
      if (!options.json) say(pipeline, one);
    }
  }
  if (options.json) console.log(JSON.stringify(done, null, 1));
  return EXIT.ok;
};
