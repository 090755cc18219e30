import type { EChartsOption } from 'echarts';
import {
  isoOf,
  isTime,
  numberOf,
  records,
  textOf,
  words,
} from '../cardRows.ts';
import { formatDay, formatLabel } from '../format.ts';
import {
  axisLine,
  type Drawing,
  type Drawn,
  frame,
  isNarrow,
  noLine,
  textStyle,
  valueAxis,
} from './common.ts';
import { greatest, OTHER } from './fold.ts';

type Point = [x: string, y: number | null];

interface Series {
  readonly name: string;
  readonly color: string;
  readonly points: Point[];
}

/** More lines than this cannot be told apart. */
const MOST_SERIES = 7;

/** Adds values up by x: an unknown one adds nothing, but stays a gap alone. */
const addUp = (points: readonly Point[]): Point[] => {
  const sums = new Map<string, number | null>();
  for (const [x, y] of points) {
    const sum = sums.get(x) ?? null;
    sums.set(x, y === null ? sum : (sum ?? 0) + y);
  }
  return [...sums];
};

const seriesOf = ({ card, rows, theme }: Drawing): Series[] => {
  const isDated = isTime(rows, card.x);
  const points = records(rows).flatMap((row) => {
    const x = row[card.x ?? ''];
    // Without a day there is no place on the axis.
    if (isDated && (x === null || x === undefined)) return [];
    return [
      {
        name: card.series ? textOf(row[card.series]) : words(card.y),
        point: [
          isDated ? (isoOf(x) ?? '') : textOf(x),
          numberOf(row[card.y ?? '']),
        ] satisfies Point,
      },
    ];
  });
  const { names, hasMore } = greatest(
    points.map(({ name, point: [, y] }) => [name, y ?? 0]),
    MOST_SERIES,
  );
  const named = names.map((name, i) => ({
    name,
    color: theme.series[i] ?? theme.other,
    points: points.filter((p) => p.name === name).map(({ point }) => point),
  }));
  if (!hasMore) return named;
  const others = points.filter((p) => !names.includes(p.name));
  return [
    ...named,
    {
      name: OTHER,
      color: theme.other,
      points: addUp(others.map(({ point }) => point)),
    },
  ];
};

const legend = (drawing: Drawing, series: readonly Series[]) =>
  series.length > 1
    ? {
        legend: {
          top: 0,
          ...(isNarrow(drawing)
            ? { type: 'scroll' as const, left: 0, width: drawing.width }
            : { left: 'right' as const, width: drawing.width - 100 }),
          align: 'left' as const,
          icon: 'roundRect',
          itemWidth: 12,
          itemHeight: 12,
          textStyle: { ...textStyle(drawing), color: drawing.theme.text },
        },
      }
    : {};

/** All labels where they have room, else slanted ones, cut off. */
const fitted = (names: readonly string[], width: number) => {
  const longest = Math.max(...names.map(({ length }) => length));
  const needed = (longest * 6.5 + 4) * names.length;
  if (needed < width - 60) return { interval: 0 };
  return names.length > 24
    ? { hideOverlap: true }
    : { interval: 0, rotate: 40, width: 110, overflow: 'truncate' as const };
};

/** A day of a category axis as a person reads it. */
const shownDay = (iso: string) => (iso === '' ? '' : formatDay(iso));

/** Columns, lines and areas: x to the right, y up. */
export const upright = (drawing: Drawing): Drawn => {
  const { card, rows } = drawing;
  const isBar = card.chart === 'bar';
  const isDated = isTime(rows, card.x);
  const all = seriesOf(drawing);
  const names = [
    ...new Set(all.flatMap(({ points }) => points.map(([x]) => x))),
  ];
  // Of one day alone, a time axis would show hours.
  const isTimeline = isDated && !isBar && names.length > 2;
  const category = {
    type: 'category' as const,
    data: names,
    boundaryGap: isBar || names.length <= 2,
    name: isDated ? '' : words(card.x),
    nameLocation: 'middle' as const,
    nameGap: 28,
    nameTextStyle: textStyle(drawing),
  };
  const time = { type: 'time' as const, splitNumber: 6 };
  const option: EChartsOption = {
    ...frame(drawing),
    ...legend(drawing, all),
    grid: {
      left: 8,
      right: 20,
      top: all.length > (isNarrow(drawing) ? 1 : 4) ? 56 : 32,
      bottom: isDated ? 8 : 28,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      ...(isTimeline ? time : category),
      ...axisLine(drawing),
      axisLabel: {
        ...textStyle(drawing),
        ...(isTimeline
          ? { hideOverlap: true }
          : fitted(
              names.map((n) => (isDated ? shownDay(n) : n)),
              drawing.width,
            )),
        ...(isDated && !isTimeline && { formatter: shownDay }),
      },
    } as EChartsOption['xAxis'] & object,
    yAxis: { ...valueAxis(drawing, words(card.y)), ...noLine },
    series: all.map(({ name, color, points }) =>
      isBar
        ? {
            type: 'bar' as const,
            name,
            data: points,
            itemStyle: { color, borderRadius: [3, 3, 0, 0] },
            barMaxWidth: 44,
            ...(all.length > 1 && { stack: 'all' }),
          }
        : {
            type: 'line' as const,
            name,
            data: points,
            color,
            lineStyle: { width: 2 },
            showSymbol: points.length <= 2,
            symbolSize: 7,
            ...(card.chart === 'area' && {
              areaStyle: { opacity: 0.25 },
              stack: 'all',
            }),
          },
    ),
  };
  return { option };
};

/** Bars that lie: for names that need room. The first row is on top. */
export const lying = (drawing: Drawing): Drawn => {
  const { theme, card } = drawing;
  const all = seriesOf(drawing);
  const names = [
    ...new Set(all.flatMap(({ points }) => points.map(([x]) => x))),
  ];
  const option: EChartsOption = {
    ...frame(drawing),
    ...legend(drawing, all),
    grid: {
      left: 8,
      right: 64,
      top: all.length > 1 ? 28 : 4,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      data: names,
      inverse: true,
      ...axisLine(drawing),
      axisLabel: {
        ...textStyle(drawing),
        color: theme.text,
        interval: 0,
        width: Math.round(drawing.width * 0.38),
        overflow: 'truncate',
        ellipsis: '…',
      },
    },
    series: all.map(({ name, color, points }) => ({
      type: 'bar',
      name,
      data: points.map(([x, y]) => [y ?? 0, x]),
      itemStyle: { color, borderRadius: [0, 3, 3, 0] },
      barMaxWidth: 26,
      ...(all.length > 1
        ? { stack: 'all' }
        : {
            label: {
              show: true,
              position: 'right',
              ...textStyle(drawing),
              formatter: ({ value }: { value?: unknown }) =>
                formatLabel(Number((value as number[])[0]), card),
            },
          }),
    })),
  };
  return { option };
};
