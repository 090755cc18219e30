import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planLineage } from '../../engine/lineage/planLineage.ts';
import type { Definitions } from '../../platform/definitions.ts';
import { ROOT } from '../context.ts';
import { layout } from './layout.ts';
import { columnGraph, relationGraph } from './lineageGraph.ts';
import { type Machine, machineGraph } from './machineGraph.ts';
import { svg } from './svg.ts';

/** Where the lineage's engine may spill; it never does. */
export const lineageScratch = (): string => join(tmpdir(), 'tributary-lineage');

/**
 * All pictures of the documents by name of file: the state machine, all
 * pipelines, and the columns of each.
 */
export const allPictures = async (
  definitions: Definitions,
): Promise<Readonly<Record<string, string>>> => {
  const machine = join(ROOT, 'resources/pipeline.asl.json');
  const states = JSON.parse(await readFile(machine, 'utf8')) as Machine;
  const pipelines = [];
  for (const name of await definitions.names()) {
    const plan = await definitions.plan(name);
    pipelines.push({
      plan,
      lineage: await planLineage(plan, lineageScratch()),
    });
  }
  const pictures: Record<string, string> = {
    'state-machine.svg': svg(await layout(machineGraph(states), 'DOWN')),
    'pipelines.svg': svg(await layout(relationGraph(pipelines))),
  };
  for (const { plan, lineage } of pipelines)
    pictures[`${plan.pipeline}.svg`] = svg(
      await layout(columnGraph(plan, lineage)),
    );
  return pictures;
};
