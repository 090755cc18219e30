import { createHash } from 'node:crypto';
import type { Plan, PlanCard } from '../../core/plan.ts';
import { cardLines, SHARE, sizeOf } from '../layout.ts';
import { questionSql, type Tag, tagsOf } from './questionSql.ts';
import { lookOf } from './settings.ts';

/** A question, before it has the number that a server gives it. */
export interface WantedCard {
  /** 21 characters, the same on every server. */
  readonly entityId: string;
  readonly name: string;
  readonly description: string;
  readonly display: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly native: string;
  readonly tags: readonly Tag[];
}

/** Where a card is on the grid of 24 columns. */
export interface GridPlace {
  readonly row: number;
  readonly col: number;
  readonly size_x: number;
  readonly size_y: number;
}

export interface Parameter {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly type: 'string/=' | 'date/single';
}

/** All that a pipeline has on a Metabase server. */
export interface WantedContent {
  readonly pipeline: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  /** Those of the dashboard, each with its place; then the saved queries. */
  readonly cards: readonly {
    readonly card: WantedCard;
    readonly place?: GridPlace;
  }[];
}

const COLUMNS = 24;

const digest = (...parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(['tributary', ...parts]));

/** An id in the alphabet of Metabase's own. */
export const entityIdOf = (...parts: readonly string[]): string =>
  digest(...parts)
    .digest('base64url')
    .slice(0, 21);

const heightOf = ({ chart, top = 0 }: PlanCard) => {
  if (chart === 'scalar') return 3;
  if (chart === 'map') return 9;
  return chart === 'row' || chart === 'table'
    ? Math.max(6, Math.ceil(top / 2) + 2)
    : 6;
};

/** Cards line by line; a line that is not full is stretched. */
export const placeOnGrid = (cards: readonly PlanCard[]): GridPlace[] => {
  const places: GridPlace[] = [];
  let row = 0;
  for (const line of cardLines(cards)) {
    const size_y = Math.max(...line.map(heightOf));
    const shares = line.reduce((sum, card) => sum + SHARE[sizeOf(card)], 0);
    let col = 0;
    for (const [i, card] of line.entries()) {
      const share = Math.floor((COLUMNS * SHARE[sizeOf(card)]) / shares);
      const size_x = i === line.length - 1 ? COLUMNS - col : share;
      places.push({ row, col, size_x, size_y });
      col += size_x;
    }
    row += size_y;
  }
  return places;
};

/**
 * What a pipeline's plan asks of a Metabase server. Pure.
 * @param schemaPrefix before the pipeline's name in the database.
 */
export const wantedContent = (
  plan: Plan,
  engine: 'athena' | 'postgres',
  schemaPrefix = '',
): WantedContent => {
  const { pipeline, title, description = '', filters = [] } = plan;
  const places = placeOnGrid(plan.dashboard);
  const cards = plan.dashboard.map((card, i) => {
    const { display, settings } = lookOf(card);
    return {
      place: places[i] as GridPlace,
      card: {
        entityId: entityIdOf(pipeline, 'card', card.title),
        name: card.title,
        description: card.description ?? '',
        ...{ display, settings },
        ...questionSql(plan, card.sql, engine, schemaPrefix),
      },
    };
  });
  const queries = plan.queries.map((query) => ({
    card: {
      entityId: entityIdOf(pipeline, 'query', query.name),
      name: query.title,
      description: 'A saved query',
      ...{ display: 'table', settings: {} },
      ...questionSql(plan, query.sql, engine, schemaPrefix),
    },
  }));
  return {
    ...{ pipeline, title, description },
    parameters: filters.flatMap(tagsOf).map((tag) => ({
      id: digest(pipeline, 'filter', tag.name).digest('hex').slice(0, 8),
      name: tag.title,
      slug: tag.name,
      type: tag.type === 'text' ? 'string/=' : 'date/single',
    })),
    cards: [...cards, ...queries],
  };
};
