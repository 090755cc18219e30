import type { ElkNode, ElkPort } from 'elkjs/lib/elk-api.js';
import type { Box, Graph, Line } from './graph.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox extends Box, Point {
  readonly width: number;
  readonly height: number;
}

/** A graph with a place for everything, in pixels. */
export interface Placed {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly lines: readonly (Line & {
    readonly points: readonly Point[];
    readonly labelAt?: Point;
  })[];
}

/** Of a letter of the fixed width that is used: 12 px high. */
export const LETTER = 7.25;
export const HEAD = 26;
export const SUBTITLE = 16;
export const ROW = 18;
const PAD = 10;

/** Where the rows of a box begin. */
export const rowsTop = ({ subtitle }: Box): number =>
  HEAD + (subtitle === undefined ? 0 : SUBTITLE);

const sizeOf = (box: Box) => {
  const texts = [
    box.title,
    box.subtitle ?? '',
    ...box.rows.map(({ text }) => text),
  ];
  const letters = Math.max(...texts.map((text) => [...text].length));
  return {
    width: Math.ceil(letters * LETTER) + 2 * PAD,
    height: rowsTop(box) + box.rows.length * ROW + (box.rows.length ? 4 : 0),
  };
};

const portId = (side: 'in' | 'out', box: string, row: string) =>
  `${side} ${box} ${row}`;

const portsOf = (
  box: Box,
  width: number,
  used: ReadonlySet<string>,
): ElkPort[] =>
  box.rows.flatMap(({ id }, i) =>
    (['in', 'out'] as const)
      .map((side) => ({
        id: portId(side, box.id, id),
        x: side === 'in' ? 0 : width,
        y: rowsTop(box) + (i + 0.5) * ROW,
        width: 0,
        height: 0,
        layoutOptions: { 'elk.port.side': side === 'in' ? 'WEST' : 'EAST' },
      }))
      .filter((port) => used.has(port.id)),
  );

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.spacing.nodeNodeBetweenLayers': '48',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '5',
  'elk.spacing.nodeNode': '18',
  'elk.spacing.edgeEdge': '5',
  'elk.spacing.edgeNode': '12',
  'elk.padding': '[top=12,left=12,bottom=12,right=12]',
  'elk.randomSeed': '1',
};

const end = (side: 'in' | 'out', { box, row }: Line['from']) =>
  row === undefined ? box : portId(side, box, row);

/** One way of a line: its bends between its ends. */
const pointsOf = (edge: NonNullable<ElkNode['edges']>[number]): Point[] =>
  (edge.sections ?? []).flatMap(({ startPoint, bendPoints, endPoint }) => [
    startPoint,
    ...(bendPoints ?? []),
    endPoint,
  ]);

/** Gives everything a place; the same graph always the same one. */
export const layout = async (
  graph: Graph,
  direction: 'RIGHT' | 'DOWN' = 'RIGHT',
): Promise<Placed> => {
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
  const elk = new (Elk as unknown as typeof import('elkjs').default)();
  const used = new Set(
    graph.lines.flatMap(({ from, to }) => [end('out', from), end('in', to)]),
  );
  const placed: ElkNode = await elk.layout({
    id: 'root',
    layoutOptions: { ...OPTIONS, 'elk.direction': direction },
    children: graph.boxes.map((box) => {
      const size = sizeOf(box);
      const ports = portsOf(box, size.width, used);
      return {
        id: box.id,
        ...size,
        ports,
        ...(ports.length > 0 && {
          layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
        }),
      };
    }),
    edges: graph.lines.map(({ from, to, label }, i) => ({
      id: `line ${i}`,
      sources: [end('out', from)],
      targets: [end('in', to)],
      ...(label !== undefined && {
        labels: [{ text: label, width: label.length * LETTER, height: 14 }],
      }),
    })),
  });
  const at = new Map(placed.children?.map((child) => [child.id, child]));
  return {
    title: graph.title,
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    boxes: graph.boxes.map((box) => {
      const { x = 0, y = 0, width = 0, height = 0 } = at.get(box.id) ?? {};
      return { ...box, x, y, width, height };
    }),
    lines: graph.lines.map((line, i) => {
      const edge = placed.edges?.[i];
      const label = edge?.labels?.[0];
      return {
        ...line,
        points: edge ? pointsOf(edge) : [],
        ...(label && { labelAt: { x: label.x ?? 0, y: label.y ?? 0 } }),
      };
    }),
  };
};
