import { resolve } from 'node:path';
import { lakeViews, linesView } from '../../engine/query/lakeViews.ts';
import { type LakeReader, openLake } from '../../engine/query/openLake.ts';
import { OPS_COLUMNS } from '../../functions/shared/ops.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { type Format, formatQuery } from '../output/queryFormats.ts';
import { askStage, stageOf } from '../stage/commands.ts';
import { readCatalog } from './tables.ts';

export interface SqlOptions extends CommonOptions {
  readonly format: Format;
}

/** Opens what is published in a lake, as `<database>.<table>`. */
export const openPublished = async (
  platform: Platform,
  lake: string,
  memory?: string,
): Promise<LakeReader> => {
  const folder = resolve(lake);
  const local = (key: string) => `${folder}/${key}`;
  const states = await readCatalog(platform);
  const ops = await Promise.all(
    (['runs', 'checks'] as const).map(async (name) => {
      const keys = await platform.store.list(`ops/${name}/`);
      return linesView('ops', name, OPS_COLUMNS[name], keys.map(local));
    }),
  );
  const setup = [...lakeViews(states, local), ...ops.flat()];
  return openLake(folder, setup, memory);
};

/** Answers one SELECT over the published tables. */
export const sqlCommand = async (
  sql: string,
  options: SqlOptions,
): Promise<number> => {
  const format = options.json ? 'json' : options.format;
  const stage = await stageOf(options);
  if (stage) {
    console.log(formatQuery(await askStage(stage, sql), format));
    return EXIT.ok;
  }
  const reader = await openPublished(
    platformOf(options),
    options.lake,
    options.memory,
  );
  try {
    console.log(formatQuery(await reader.query(sql), format));
  } finally {
    reader.close();
  }
  return EXIT.ok;
};
