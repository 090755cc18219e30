import { numberOf, records, textOf } from '../cardRows.ts';
import { formatLabel } from '../format.ts';
import {
  type Drawing,
  type Drawn,
  frame,
  isNarrow,
  textStyle,
} from './common.ts';
import { greatest, OTHER } from './fold.ts';

/** More parts than this cannot be compared. */
const MOST = 7;

/** Parts of a whole, as a ring; the small ones together. */
export const pie = (drawing: Drawing): Drawn => {
  const { card, theme } = drawing;
  const parts = records(drawing.rows).map((row): [string, number] => [
    textOf(row[card.x ?? '']),
    numberOf(row[card.y ?? '']) ?? 0,
  ]);
  const { names, hasMore } = greatest(parts, MOST);
  const isSmall = isNarrow(drawing);
  const sum = (isIn: (name: string) => boolean) =>
    parts.reduce((total, [name, y]) => (isIn(name) ? total + y : total), 0);
  const data = names.map((name, i) => ({
    name,
    value: sum((n) => n === name),
    itemStyle: { color: theme.series[i] ?? theme.other },
  }));
  if (hasMore)
    data.push({
      name: OTHER,
      value: sum((n) => !names.includes(n)),
      itemStyle: { color: theme.other },
    });
  return {
    option: {
      ...frame(drawing),
      series: [
        {
          type: 'pie',
          radius: isSmall ? ['27%', '45%'] : ['42%', '70%'],
          center: ['50%', '50%'],
          data,
          itemStyle: { borderColor: theme.panel, borderWidth: 2 },
          label: {
            ...textStyle(drawing),
            color: theme.text,
            lineHeight: 16,
            formatter: ({ name, value, percent }) =>
              `${name}\n${formatLabel(Number(value), card)} · ${percent}%`,
          },
          percentPrecision: 1,
          labelLine: {
            lineStyle: { color: theme.other },
            ...(isSmall && { length: 8, length2: 4 }),
          },
        },
      ],
    },
  };
};
