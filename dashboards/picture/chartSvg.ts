import {
  BarChart,
  LineChart,
  MapChart,
  PieChart,
  ScatterChart,
} from 'echarts/charts';
import {
  GeoComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import type { Drawn } from '../charts/common.ts';
import { allowedInXml } from './svgText.ts';

echarts.use([
  ...[BarChart, LineChart, MapChart, PieChart, ScatterChart],
  ...[GeoComponent, GridComponent, LegendComponent, TooltipComponent],
  ...[VisualMapComponent, LabelLayout, SVGRenderer],
]);

/**
 * ECharts numbers its ids and classes from the start of the process on: they
 * are numbered here by the order in which they occur, so that a picture is the
 * same whatever was drawn before it.
 */
export const renumber = (svg: string, prefix: string): string => {
  const names = new Map<string, string>();
  return svg.replace(/\bzr\d+-[a-z]+-?\d+/g, (name) => {
    if (!names.has(name)) names.set(name, `${prefix}-${names.size}`);
    return names.get(name) ?? name;
  });
};

/** The elements of a chart, without the document around them. */
export const chartSvg = (
  { option, map }: Drawn,
  width: number,
  height: number,
  prefix: string,
): string => {
  if (map) echarts.registerMap(map.name, map.geoJson as never);
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width,
    height,
  });
  try {
    chart.setOption(option);
    const svg = chart.renderToSVGString({ useViewBox: true });
    return allowedInXml(renumber(svg, prefix))
      .replace(/^<svg[^>]*>/, '')
      .replace(/<\/svg>\s*$/, '')
      .replace(/ ecmeta_\w+="[^"]*"/g, '');
  } finally {
    chart.dispose();
  }
};
