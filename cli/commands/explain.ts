import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DefinitionError, UsageError } from '../../core/errors.ts';
import { planLineage } from '../../engine/lineage/planLineage.ts';
import { validatePlan } from '../../engine/validate/validatePlan.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { explainJson, explainReport } from '../output/explainReport.ts';
import { lineageScratch } from '../pictures/pictures.ts';

export interface ExplainOptions extends CommonOptions {
  readonly svg?: string;
}

const drawTo = async (file: string, draw: () => Promise<string>) => {
  const picture = await draw();
  await writeFile(file, picture).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new UsageError(`there is no folder ${dirname(file)}`, {}, { cause });
  });
};

/** Shows where each column of a pipeline comes from; needs no data. */
export const explainCommand = async (
  pipeline: string,
  options: ExplainOptions,
): Promise<number> => {
  const plan = await platformOf(options).definitions.plan(pipeline);
  const faults = await validatePlan(plan);
  if (faults.length > 0) throw new DefinitionError(pipeline, faults);
  const lineage = await planLineage(plan, lineageScratch());
  if (options.svg !== undefined) {
    const file = options.svg;
    const { layout } = await import('../pictures/layout.ts');
    const { columnGraph } = await import('../pictures/lineageGraph.ts');
    const { svg } = await import('../pictures/svg.ts');
    await drawTo(file, async () =>
      svg(await layout(columnGraph(plan, lineage))),
    );
    if (!options.json) console.log(`${pipeline}: drawn in ${file}`);
  }
  if (options.json)
    console.log(JSON.stringify(explainJson(plan, lineage), null, 1));
  else if (options.svg === undefined) console.log(explainReport(plan, lineage));
  return EXIT.ok;
};
