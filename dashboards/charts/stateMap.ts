import { numberOf, records, textOf, words } from '../cardRows.ts';
import { formatNumber, formatShort } from '../format.ts';
import {
  type Drawing,
  type Drawn,
  frame,
  isNarrow,
  textStyle,
} from './common.ts';

const NAME = 'us-states';

/** Rounded to two figures, so that a legend can be read. */
const round = (value: number) => Number(value.toPrecision(2));

/**
 * Where colours change: at fifths of the states, as a few of them have most.
 * @returns rising, without the ends.
 */
export const steps = (values: readonly number[], parts: number): number[] => {
  const sorted = values.toSorted((a, b) => a - b);
  const cuts = Array.from({ length: parts - 1 }, (_, i) =>
    round(sorted[Math.floor(((i + 1) * sorted.length) / parts)] ?? 0),
  );
  return [...new Set(cuts)].filter((cut) => cut > (sorted[0] ?? 0));
};

const pieces = ({ card, theme }: Drawing, values: readonly number[]) => {
  const cuts = steps(values, theme.scale.length);
  const short = (value = 0) => formatShort(value, card);
  return [...cuts, Number.POSITIVE_INFINITY].map((to, i) => {
    const from = cuts[i - 1];
    const [last, first] = [to === Number.POSITIVE_INFINITY, from === undefined];
    return {
      ...(!first && { gte: from }),
      ...(!last && { lt: to }),
      color: theme.scale[theme.scale.length - 1 - (cuts.length - i)] ?? '',
      label: last
        ? first
          ? 'all'
          : `${short(from)} and more`
        : first
          ? `below ${short(to)}`
          : `${short(from)} to ${short(to)}`,
    };
  });
};

/** States coloured by a number; what is no state is told beside it. */
export const stateMap = (drawing: Drawing): Drawn => {
  const { card, theme, geography } = drawing;
  const known = new Set(
    geography.states.features.map(({ properties }) => properties.name),
  );
  const all = records(drawing.rows).map((row) => ({
    name: textOf(row[card.x ?? '']),
    value: numberOf(row[card.y ?? '']),
  }));
  const data = all.flatMap(({ name, value }) =>
    known.has(name) && value !== null ? [{ name, value }] : [],
  );
  const outside = all.filter(({ name }) => !known.has(name));
  const lost = outside.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const values = data.map(({ value }) => value);
  const isSmall = isNarrow(drawing);
  return {
    map: { name: NAME, geoJson: geography.states },
    ...(outside.length > 0 && {
      note:
        `${formatNumber(lost, card)} in ${outside.length} ` +
        `${outside.length === 1 ? 'place' : 'places'} off this map`,
    }),
    option: {
      ...frame(drawing),
      visualMap: {
        type: 'piecewise',
        pieces: pieces(drawing, values),
        align: 'left',
        bottom: 8,
        ...(isSmall
          ? { orient: 'horizontal', left: 'center' }
          : { orient: 'vertical', right: 8 }),
        itemWidth: isSmall ? 10 : 14,
        itemHeight: isSmall ? 10 : 14,
        itemGap: 6,
        ...(isSmall && { textGap: 4 }),
        textStyle: { ...textStyle(drawing), ...(isSmall && { fontSize: 10 }) },
      },
      series: [
        {
          type: 'map',
          map: NAME,
          name: words(card.y),
          data,
          aspectScale: 1,
          left: 8,
          right: isSmall ? 8 : 110,
          top: 4,
          bottom: isSmall ? 64 : 4,
          preserveAspect: true,
          roam: false,
          selectedMode: false,
          itemStyle: {
            areaColor: theme.land,
            borderColor: theme.panel,
            borderWidth: 0.8,
          },
          label: { show: false },
        },
      ],
    },
  };
};
