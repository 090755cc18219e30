import type { EChartsOption } from 'echarts';
import type { PlanCard } from '../../core/plan.ts';
import type { CardRows } from '../cardRows.ts';
import { formatShort } from '../format.ts';
import type { Geography } from '../geography.ts';
import { FONT, type Theme } from '../theme.ts';

/** All that an option is made of. */
export interface Drawing {
  readonly card: PlanCard;
  readonly rows: CardRows;
  readonly theme: Theme;
  readonly geography: Geography;
  readonly width: number;
}

/** What ECharts draws, and the map that it must know first. */
export interface Drawn {
  readonly option: EChartsOption;
  readonly map?: { readonly name: string; readonly geoJson: object };
  /** What the reader must know of it: `3 codes are not on the map`. */
  readonly note?: string;
}

/** On a phone there is no room beside a drawing. */
export const isNarrow = ({ width }: Drawing): boolean => width < 400;

export const textStyle = ({ theme }: Drawing) => ({
  fontFamily: FONT,
  fontSize: 12,
  color: theme.quiet,
});

/** The frame of every option: no animation, the shipped font. */
export const frame = (drawing: Drawing): EChartsOption => ({
  animation: false,
  useUTC: true,
  textStyle: textStyle(drawing),
  color: [...drawing.theme.series],
  tooltip: {
    trigger: 'item',
    valueFormatter: (value) => formatShort(Number(value), drawing.card),
  },
});

export const valueAxis = (drawing: Drawing, name: string) => ({
  type: 'value' as const,
  name,
  nameTextStyle: { ...textStyle(drawing), align: 'left' as const },
  axisLabel: {
    ...textStyle(drawing),
    formatter: (value: number) => formatShort(value, drawing.card),
  },
  splitNumber: 4,
  splitLine: { lineStyle: { color: drawing.theme.grid } },
});

/** The grid is enough. */
export const noLine = {
  axisLine: { show: false },
  axisTick: { show: false },
};

export const axisLine = ({ theme }: Drawing) => ({
  axisLine: { lineStyle: { color: theme.border } },
  axisTick: { show: false },
});
