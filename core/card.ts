import type {
  ColumnOf,
  ColumnOfType,
  NumericType,
  Relation,
} from './relation.ts';
import type { Table } from './table.ts';

export type Chart =
  | 'scalar'
  | 'bar'
  | 'row'
  | 'line'
  | 'area'
  | 'scatter'
  | 'pie'
  | 'map'
  | 'table';

/** How `y` is written. A percent is a share: 0.25 is written 25%. */
export type Format = 'number' | 'percent' | 'money' | 'date';

/**
 * A card's share of a dashboard's width; the cards of a line that is not full
 * grow to fill it.
 */
export type Size = 'quarter' | 'third' | 'half' | 'full';

/** One picture of a dashboard, over a table or over `cards/<sql>.sql`. */
export interface Card {
  readonly title: string;
  readonly chart: Chart;
  readonly description?: string;
  readonly table?: string;
  readonly sql?: string;
  readonly x?: string;
  readonly y?: string;
  readonly series?: string;
  readonly label?: string;
  /** The greatest `y` first, and no more than this many rows. */
  readonly top?: number;
  /** `states`: x is a US state code. `points`: x is longitude, y latitude. */
  readonly map?: 'states' | 'points';
  /** What a table card shows, in this order. */
  readonly columns?: readonly string[];
  readonly format?: Format;
  /** ISO 4217, with the format `money`: `BRL`. Without, no sign is shown. */
  readonly currency?: string;
  /** Default `quarter` for a scalar, else `half`. */
  readonly size?: Size;
}

interface Look {
  readonly description?: string;
  readonly format?: Format;
  readonly currency?: string;
  readonly size?: Size;
}

/** A card over a table, or over a query: the relation of its result. */
export interface CardQuery<R extends Relation = Relation> extends Relation {
  readonly columns: R['columns'];
  readonly sql: string;
}

/** Names `cards/<name>.sql`, whose result has just these columns. */
export const cardQuery = <const C extends Relation['columns']>(
  name: string,
  columns: C,
): { readonly name: string; readonly columns: C; readonly sql: string } => ({
  name,
  columns,
  sql: name,
});

/** What a card can be drawn over: a source is not published. */
type Published = Table | CardQuery;

const over = (relation: Relation): { table: string } | { sql: string } =>
  'sql' in relation && typeof relation.sql === 'string'
    ? { sql: relation.sql }
    : { table: relation.name };

type Numbers<R extends Relation> = ColumnOfType<R, NumericType>;

const xy =
  (chart: Chart) =>
  <R extends Published>(
    title: string,
    relation: R,
    options: Look & {
      readonly x: ColumnOf<R>;
      readonly y: Numbers<R>;
      readonly series?: ColumnOf<R>;
      readonly top?: number;
    },
  ): Card => ({ title, chart, ...over(relation), ...options });

export const bar = xy('bar');
export const row = xy('row');
export const line = xy('line');
export const area = xy('area');
export const pie = xy('pie');

/** A point for each row: both axes are numbers. */
export const scatter = <R extends Published>(
  title: string,
  relation: R,
  options: Look & {
    readonly x: Numbers<R>;
    readonly y: Numbers<R>;
    readonly label?: ColumnOf<R>;
  },
): Card => ({ title, chart: 'scatter', ...over(relation), ...options });

/**
 * The sum of one column, or with the format `date` the latest; over a query,
 * its single value.
 */
export const scalar = <R extends Published>(
  title: string,
  relation: R,
  options:
    | (Look & { readonly y: Numbers<R> })
    | (Look & {
        readonly y: ColumnOfType<R, 'date' | 'timestamp'>;
        readonly format: 'date';
      }),
): Card => ({ title, chart: 'scalar', ...over(relation), ...options });

/** US states coloured by a number. */
export const stateMap = <R extends Published>(
  title: string,
  relation: R,
  options: Look & {
    readonly x: ColumnOfType<R, 'string'>;
    readonly y: Numbers<R>;
  },
): Card => ({
  title,
  chart: 'map',
  map: 'states',
  ...over(relation),
  ...options,
});

/** A dot for each row with a longitude and a latitude, in degrees. */
export const pointMap = <R extends Published>(
  title: string,
  relation: R,
  options: Look & {
    readonly longitude: ColumnOfType<R, 'double'>;
    readonly latitude: ColumnOfType<R, 'double'>;
  },
): Card => {
  const { longitude, latitude, ...look } = options;
  return {
    title,
    chart: 'map',
    map: 'points',
    ...over(relation),
    x: longitude,
    y: latitude,
    ...look,
  };
};

/**
 * Rows as they are: all columns, or those named. In their order, or with `y`
 * the greatest first; no more than `top` rows.
 */
export const tableCard = <R extends Published>(
  title: string,
  relation: R,
  options: Look & {
    readonly columns?: readonly ColumnOf<R>[];
    readonly y?: Numbers<R>;
    readonly top?: number;
  } = {},
): Card => ({
  title,
  chart: 'table',
  ...over(relation),
  columns: Object.keys(relation.columns),
  ...options,
});
