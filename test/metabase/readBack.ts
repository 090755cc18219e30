import type { Plan } from '../../core/plan.ts';

/** A question, as `mb` reads it back. */
export interface ReadCard {
  readonly id: number;
  readonly name: string;
  readonly display: string;
  readonly dataset_query: {
    readonly stages: readonly {
      readonly native: string;
      readonly 'template-tags': Readonly<Record<string, { name: string }>>;
    }[];
  };
}

interface Mapping {
  readonly parameter_id: string;
  readonly card_id: number;
  readonly target: unknown;
}

export interface Box {
  readonly row: number;
  readonly col: number;
  readonly size_x: number;
  readonly size_y: number;
  readonly card_id: number;
  readonly card: ReadCard;
  readonly parameter_mappings: readonly Mapping[];
}

export interface ReadBoard {
  readonly dashcards: readonly Box[];
  readonly parameters: readonly {
    readonly id: string;
    readonly slug: string;
    readonly type: string;
  }[];
}

const NUMBERS = ['0,0 8x3', '8,0 8x3', '16,0 8x3'];

/** Column and row, width and height of each card, as counted on paper. */
export const BOXES: Readonly<Record<string, readonly string[]>> = {
  arrivals: [
    ...NUMBERS,
    ...['0,3 12x9', '12,3 12x9', '0,12 12x6', '12,12 12x6'],
  ],
  banks: [...NUMBERS, '0,3 24x6', '0,9 12x10', '12,9 12x10', '0,19 24x7'],
  crime: [...NUMBERS, '0,3 12x10', '12,3 12x10', '0,13 24x6'],
  loans: [...NUMBERS, '0,3 24x6', '0,9 12x12', '12,9 12x12'],
  songs: [
    ...NUMBERS,
    ...['0,3 12x6', '12,3 12x6', '0,9 12x6', '12,9 12x6'],
    ...['0,15 12x6', '12,15 12x6'],
  ],
};

const days = (name: string) => [
  `${name}_from date/single`,
  `${name}_to date/single`,
];

export const FILTERS: Readonly<Record<string, readonly string[]>> = {
  arrivals: [...days('arrived'), 'state string/='],
  banks: ['bank string/='],
  crime: [...days('occurred'), 'type string/='],
  loans: [...days('day'), 'category string/='],
  songs: [...days('played'), 'level string/='],
};

export const boxOf = ({ col, row, size_x, size_y }: Box): string =>
  `${col},${row} ${size_x}x${size_y}`;

/** A SELECT without the word that begins its own WITH. */
export const bare = (text: string): string => text.replace(/^\s*WITH\s+/i, '');

/** The text of a question, and its variables. */
export const queryOf = ({ dataset_query }: ReadCard) => {
  const [stage, ...more] = dataset_query.stages;
  if (!stage || more.length > 0) throw new Error('a question has one stage');
  const tags = Object.entries(stage['template-tags']).map(([key, { name }]) => {
    expect(key).toBe(name);
    return name;
  });
  return { native: stage.native, tags: tags.sort() };
};

const TABLE =
  /^(?:WITH |,\n)(\w+) AS \(SELECT \* FROM (\w+)\.(\w+)(?: WHERE 1 = 1 (.*))?\)(?=,?\n)/;
const CONDITION = /\[\[AND (\w+) (>=|<|=) (?:CAST\()?\{\{(\w+)\}\}[^[\]]*\]\]/g;

/** What the definition narrows a table by. */
const narrowing = ({ filters = [] }: Plan, table: string) =>
  filters.flatMap(({ name, kind, on }) =>
    on
      .filter((target) => target.table === table)
      .flatMap(({ column }) =>
        kind === 'text'
          ? [[column, '=', name]]
          : [
              [column, '>=', `${name}_from`],
              [column, '<', `${name}_to`],
            ],
      ),
  );

/**
 * Takes a question apart: its tables, each narrowed as the definition says, and
 * then what it asks, with the variables of all.
 */
export const partsOf = (native: string, plan: Plan) => {
  let rest = native;
  const tags = new Set<string>();
  for (;;) {
    const [whole, name = '', schema, table, where = ''] =
      TABLE.exec(rest) ?? [];
    if (whole === undefined) break;
    expect([schema, table]).toEqual([plan.pipeline, name]);
    const found = [...where.matchAll(CONDITION)].map((match) => match.slice(1));
    expect(found).toEqual(narrowing(plan, name));
    expect(where.replace(CONDITION, '').trim()).toBe('');
    for (const [, , tag = ''] of found) tags.add(tag);
    rest = rest.slice(whole.length);
  }
  return { asks: rest.replace(/^,?\n/, ''), tags: [...tags].sort() };
};

/** The variables that a box takes from the dashboard's filters. */
export const targetsOf = (
  { card_id, parameter_mappings }: Box,
  board: ReadBoard,
) =>
  parameter_mappings
    .map((mapping) => {
      const { slug = '' } =
        board.parameters.find(({ id }) => id === mapping.parameter_id) ?? {};
      expect(mapping).toMatchObject({
        card_id,
        target: ['variable', ['template-tag', slug]],
      });
      return slug;
    })
    .sort();
