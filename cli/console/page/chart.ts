import type * as ECharts from 'echarts';
import type { PlanCard } from '../../../core/plan.ts';
import { cardOption } from '../../../dashboards/cardOption.ts';
import type { CardRows } from '../../../dashboards/cardRows.ts';
import type { Geography, Outline } from '../../../dashboards/geography.ts';
import { get } from './server.ts';
import { theme } from './theme.ts';

const LIBRARY = '/vendor/echarts.js';
const NOTHING: Outline = { type: 'FeatureCollection', features: [] };

let library: Promise<typeof ECharts> | undefined;
const outlines = new Map<string, Promise<Outline>>();

/** ECharts, as soon as a chart needs it. */
const echarts = (): Promise<typeof ECharts> => {
  library ??= import(LIBRARY) as Promise<typeof ECharts>;
  return library;
};

const outline = (name: 'states' | 'counties'): Promise<Outline> => {
  const known = outlines.get(name) ?? get<Outline>(`/geography/${name}.json`);
  outlines.set(name, known);
  return known;
};

const geographyFor = async ({ map }: PlanCard): Promise<Geography> => ({
  states: map === 'states' ? await outline('states') : NOTHING,
  counties: map === 'points' ? await outline('counties') : NOTHING,
});

/** A chart in an element, that follows its size and can be drawn again. */
export interface Chart {
  /** @returns what the reader must know of it. */
  draw(card: PlanCard, rows: CardRows): Promise<string | undefined>;
  clear(): void;
}

/**
 * Draws a card as its picture is drawn, and answers to the pointer. A tooltip is
 * painted and not written as HTML, so that no text of the data becomes markup.
 */
export const chartIn = (element: HTMLElement): Chart => {
  let chart: ECharts.ECharts | undefined;
  let again: (() => void) | undefined;
  const observer = new ResizeObserver(() => again?.());
  observer.observe(element);
  return {
    clear: () => {
      again = undefined;
      chart?.dispose();
      chart = undefined;
    },
    draw: async (card, rows) => {
      const library = await echarts();
      const geography = await geographyFor(card);
      let drawn = '';
      let note: string | undefined;
      const paint = () => {
        const [width, height] = [element.clientWidth, element.clientHeight];
        const colours = theme();
        const size = `${width} ${height} ${colours.page}`;
        if (width === 0 || height === 0 || size === drawn) return;
        drawn = size;
        const drawing = { card, rows, theme: colours, geography, width };
        const { option, map, note: told } = cardOption(drawing, height);
        note = told;
        if (map) library.registerMap(map.name, map.geoJson as never);
        chart ??= library.init(element, null, { renderer: 'canvas' });
        chart.resize({ width, height });
        chart.setOption(
          {
            ...option,
            tooltip: {
              ...option.tooltip,
              renderMode: 'richText',
              confine: true,
              backgroundColor: colours.panel,
              borderColor: colours.border,
              textStyle: { color: colours.text, fontSize: 13 },
            },
          },
          { notMerge: true },
        );
      };
      again = paint;
      paint();
      return note;
    },
  };
};
