import type { Plan } from '../../core/plan.ts';
import { type Reads, readNames } from '../../engine/lineage/readNames.ts';
import type { Box, Graph, Line } from '../pictures/graph.ts';
import { layout } from '../pictures/layout.ts';
import { lineageScratch } from '../pictures/pictures.ts';
import { svg } from '../pictures/svg.ts';

const cardId = (title: string) => `card ${title}`;

const idOf = ({ kind, name }: Reads) => (kind === 'card' ? cardId(name) : name);

/** Sources, tables and cards of one pipeline, and what each one reads. */
export const flowGraph = (plan: Plan, all: readonly Reads[]): Graph => {
  const box = (
    id: string,
    look: Box['look'],
    title: string,
    subtitle: string,
  ) => ({ id, look, title, subtitle, rows: [] }) satisfies Box;
  const boxes = [
    ...plan.sources.map(({ name, kind, scope }) =>
      box(name, 'source', name, `${kind}, ${scope}`),
    ),
    ...plan.tables.map(({ name, mode }) => box(name, 'table', name, mode)),
    ...plan.dashboard.map(({ title, chart }) =>
      box(cardId(title), 'card', title, chart),
    ),
  ];
  const ids = new Set(boxes.map(({ id }) => id));
  return {
    title: `${plan.pipeline}: from sources to tables to cards`,
    boxes,
    lines: all.flatMap((one) =>
      one.reads
        .filter((name) => ids.has(name) && name !== one.name)
        .map((name): Line => ({ from: { box: name }, to: { box: idOf(one) } })),
    ),
  };
};

/** Draws the flow of a plan, without a style: the page has one. */
export const flowPicture = async (plan: Plan): Promise<string> => {
  const reads = await readNames(plan, lineageScratch());
  return svg(await layout(flowGraph(plan, reads)), '');
};
