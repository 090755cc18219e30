import type { PlanCard } from '../../core/plan.ts';

type Settings = Readonly<Record<string, unknown>>;

/** How a card is drawn: Metabase's name of the chart, and its settings. */
export interface Look {
  readonly display: string;
  readonly settings: Settings;
}

const STYLES: Readonly<Record<string, Settings>> = {
  percent: { number_style: 'percent' },
  date: { date_style: 'YYYY-MM-DD', time_enabled: null },
};

/** Of `y`, keyed as Metabase does: by the JSON of the column's reference. */
const formatOf = ({ y, format, currency }: PlanCard): Settings => {
  const money = currency
    ? { number_style: 'currency', currency }
    : { decimals: 2 };
  const style = format === 'money' ? money : STYLES[format ?? ''];
  return style && y
    ? { column_settings: { [JSON.stringify(['name', y])]: style } }
    : {};
};

const points = ({ x, y }: PlanCard): Settings => ({
  'map.type': 'pin',
  'map.longitude_column': x,
  'map.latitude_column': y,
});

const states = ({ x, y }: PlanCard): Settings => ({
  'map.type': 'region',
  'map.region': 'us_states',
  'map.dimension': x,
  'map.metric': y,
});

const axes = ({ chart, x, y, series }: PlanCard): Settings => ({
  'graph.dimensions': [x, series].filter(Boolean),
  'graph.metrics': [y],
  ...(chart === 'area' && { 'stackable.stack_type': 'stacked' }),
});

/** What Metabase draws a card as. Values are names of its result's columns. */
export const lookOf = (card: PlanCard): Look => {
  const { chart, x, y, map, columns = [] } = card;
  const own: Settings =
    chart === 'scalar'
      ? { 'scalar.field': y }
      : chart === 'pie'
        ? { 'pie.dimension': x, 'pie.metric': y }
        : chart === 'table'
          ? {
              'table.columns': columns.map((name) => ({ name, enabled: true })),
            }
          : chart === 'map'
            ? map === 'points'
              ? points(card)
              : states(card)
            : axes(card);
  return { display: chart, settings: { ...own, ...formatOf(card) } };
};
