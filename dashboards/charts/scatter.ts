import { numberOf, records, textOf, words } from '../cardRows.ts';
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

/** How many of the highest points, and of those furthest right, are named. */
const NAMED = { y: 5, x: 1 };

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly name: string;
}

const dotsOf = ({ card, rows }: Drawing): Dot[] =>
  records(rows).flatMap((row) => {
    const x = numberOf(row[card.x ?? '']);
    const y = numberOf(row[card.y ?? '']);
    if (x === null || y === null) return [];
    return [{ x, y, name: card.label ? textOf(row[card.label]) : '' }];
  });

const furthest = (dots: readonly Dot[], axis: 'x' | 'y') =>
  dots.toSorted((a, b) => b[axis] - a[axis]).slice(0, NAMED[axis]);

/** A dot for each row, the outermost with their names. */
export const scatter = (drawing: Drawing): Drawn => {
  const { card, theme } = drawing;
  const dots = dotsOf(drawing);
  const named = new Set([...furthest(dots, 'y'), ...furthest(dots, 'x')]);
  const middle = Math.max(...dots.map(({ x }) => x)) / 2;
  return {
    option: {
      ...frame(drawing),
      grid: {
        left: 8,
        right: 24,
        top: 32,
        bottom: 28,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      xAxis: {
        ...valueAxis(
          { ...drawing, card: { ...card, format: 'number' } },
          words(card.x),
        ),
        ...axisLine(drawing),
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: textStyle(drawing),
      },
      yAxis: { ...valueAxis(drawing, words(card.y)), ...noLine },
      series: [
        {
          type: 'scatter',
          symbolSize: 9,
          itemStyle: {
            color: theme.series[0] ?? theme.other,
            opacity: 0.6,
          },
          labelLayout: { hideOverlap: true },
          data: dots.map((dot) => ({
            name: dot.name,
            value: [dot.x, dot.y],
            label: {
              show: named.has(dot) && dot.name !== '',
              position: dot.x > middle ? 'left' : 'right',
              ...textStyle(drawing),
              color: theme.text,
              formatter: '{b}',
              width: isNarrow(drawing) ? 130 : 210,
              overflow: 'truncate',
              ellipsis: '…',
            },
          })),
        },
      ],
    },
  };
};
