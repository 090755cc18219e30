import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CatalogState } from '../../core/catalog.ts';
import { UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { dashboardSvg } from '../../dashboards/picture/dashboardSvg.ts';
import { loadGeography } from '../../dashboards/picture/loadGeography.ts';
import { svgToPng } from '../../dashboards/picture/svgToPng.ts';
import { lakeViews } from '../../engine/query/lakeViews.ts';
import { openLake } from '../../engine/query/openLake.ts';
import { answerCards, type FilterValues, lastPeriod } from '../answerCards.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { choosePipelines } from './choosePipelines.ts';
import { filterValues } from './filterValues.ts';

export interface RenderOptions extends CommonOptions {
  readonly out: string;
  readonly filter?: readonly string[];
}

const remarkOf = (
  { tables }: CatalogState,
  plan: Plan,
  values: FilterValues,
) => {
  const last = lastPeriod(tables);
  const set = (plan.filters ?? [])
    .filter(({ name }) => values[name])
    .map(({ title }) => title.toLowerCase());
  const narrowed = set.length > 0 ? `, by ${set.join(', ')}` : '';
  return last ? `Data up to ${last}${narrowed}` : '';
};

/** The answers to all cards of a dashboard, as of one version of the catalog. */
const answer = async (
  plan: Plan,
  state: CatalogState,
  { lake, memory }: RenderOptions,
  values: FilterValues,
) => {
  const folder = resolve(lake);
  const views = lakeViews([state], (key) => `${folder}/${key}`);
  const setup = [...views, `USE ${plan.pipeline}`];
  const reader = await openLake(folder, setup, memory);
  try {
    return await answerCards(plan, values, (sql) => reader.query(sql));
  } finally {
    reader.close();
  }
};

/** The dashboard of one pipeline as SVG, of what is published now. */
export const renderDashboard = async (
  pipeline: string,
  options: RenderOptions,
): Promise<string> => {
  const { definitions, catalog } = platformOf(options);
  const plan = await definitions.plan(pipeline);
  const values = filterValues(plan, options.filter ?? []);
  const state = await catalog.read(pipeline);
  if (Object.keys(state.tables).length === 0)
    throw new UsageError(
      `nothing of ${pipeline} is published in ${options.lake}: ` +
        `tributary run ${pipeline}`,
    );
  return dashboardSvg({
    plan,
    rows: await answer(plan, state, options, values),
    remark: remarkOf(state, plan, values),
    geography: await loadGeography(),
  });
};

/** Writes each dashboard as SVG and PNG. */
export const renderCommand = async (
  named: readonly string[],
  options: RenderOptions,
): Promise<number> => {
  const platform = platformOf(options);
  const pipelines = await choosePipelines(platform, named, {});
  const written: { pipeline: string; svg: string; png: string }[] = [];
  await mkdir(options.out, { recursive: true });
  for (const pipeline of pipelines) {
    const svg = await renderDashboard(pipeline, options);
    const path = (ending: string) => join(options.out, `${pipeline}.${ending}`);
    await writeFile(path('svg'), svg);
    await writeFile(path('png'), svgToPng(svg));
    written.push({ pipeline, svg: path('svg'), png: path('png') });
    if (!options.json)
      console.log(`${pipeline}: ${path('svg')}, ${path('png')}`);
  }
  if (options.json) console.log(JSON.stringify(written, null, 1));
  return EXIT.ok;
};
