import type { Tag } from '../../dashboards/metabase/questionSql.ts';
import { fingerprint, unseal } from '../../dashboards/metabase/seal.ts';
import type { WantedCard } from '../../dashboards/metabase/wanted.ts';
import type { Json } from '../../platform/metabase/metabaseClient.ts';

/** What is in a collection, as a listing has it. */
export interface Item {
  readonly id: number;
  readonly model: string;
  readonly name: string;
  readonly description?: string | null;
  readonly entity_id?: string | null;
}

/** A collection, as the list of all has it; the root has no number. */
export interface ServerCollection {
  readonly id: number | string;
  readonly name: string;
  readonly description?: string | null;
}

interface ServerTag {
  readonly name?: string;
  readonly type?: string;
  readonly 'display-name'?: string;
  readonly default?: unknown;
  readonly required?: boolean;
}

/** A card as the server has it. */
export interface ServerCard {
  readonly id: number;
  readonly name: string;
  readonly description?: string | null;
  readonly display: string;
  readonly archived?: boolean;
  readonly visualization_settings: Json;
  readonly dataset_query: {
    readonly database?: number;
    readonly stages?: readonly {
      readonly native?: string;
      readonly 'template-tags'?: Readonly<Record<string, ServerTag>>;
    }[];
  };
}

export interface ServerDashcard {
  readonly id: number;
  readonly card_id: number | null;
  readonly row: number;
  readonly col: number;
  readonly size_x: number;
  readonly size_y: number;
  readonly parameter_mappings?: readonly Json[];
  readonly visualization_settings?: Json;
  readonly series?: readonly { readonly id: number }[];
}

export interface ServerDashboard {
  readonly id: number;
  readonly name: string;
  readonly description?: string | null;
  readonly archived?: boolean;
  readonly parameters?: readonly Json[];
  readonly dashcards?: readonly ServerDashcard[];
  readonly tabs?: readonly { readonly name: string }[];
  readonly width: string;
  readonly auto_apply_filters: boolean;
}

/** What a person may set on a variable or a filter, and this project does not. */
const setting = (given: { default?: unknown; required?: unknown }) => [
  given.default ?? null,
  given.required ?? false,
];

const tagPart = (tag: ServerTag) => [
  ...[tag.name, tag.type, tag['display-name']],
  setting(tag),
];

/**
 * All of a card that this project writes: alike where nobody has edited.
 * Whether it is in the trash does not count: it may be there by a removal.
 */
export const cardPrint = (card: ServerCard): string => {
  const { database, stages = [] } = card.dataset_query;
  const [stage] = stages;
  const tags = Object.values(stage?.['template-tags'] ?? {});
  return fingerprint({
    name: card.name,
    description: unseal(card.description).description,
    display: card.display,
    settings: card.visualization_settings,
    ...{ database, stages: stages.length, native: stage?.native },
    tags: tags.map(tagPart).sort(),
  });
};

export const wantedPrint = (card: WantedCard, database: number): string =>
  fingerprint({
    ...{ name: card.name, description: card.description },
    ...{ display: card.display, settings: card.settings },
    ...{ database, stages: 1, native: card.native },
    tags: card.tags
      .map(({ title, ...tag }) => tagPart({ ...tag, 'display-name': title }))
      .sort(),
  });

const uuidOf = (entityId: string, name: string) => {
  const hex = fingerprint([entityId, name, 1]) + fingerprint([name, entityId]);
  const all = `${hex}00000000`;
  return [
    ...[all.slice(0, 8), all.slice(8, 12), `4${all.slice(13, 16)}`],
    ...[`8${all.slice(17, 20)}`, all.slice(20, 32)],
  ].join('-');
};

/** A query as Metabase's API gives it back. */
export const datasetQuery = (
  { entityId, native, tags }: WantedCard,
  database: number,
): Json => ({
  'lib/type': 'mbql/query',
  database,
  stages: [
    {
      'lib/type': 'mbql.stage/native',
      native,
      'template-tags': Object.fromEntries(
        tags.map(({ name, type, title }: Tag) => [
          name,
          { id: uuidOf(entityId, name), name, type, 'display-name': title },
        ]),
      ),
    },
  ],
});

const mappingPart = (mapping: Json) => [mapping.parameter_id, mapping.target];

/** All of a dashboard that this project writes; ids of its boxes apart. */
export const dashboardPrint = (dashboard: ServerDashboard): string =>
  fingerprint({
    name: dashboard.name,
    description: unseal(dashboard.description).description,
    archived: dashboard.archived ?? false,
    parameters: (dashboard.parameters ?? []).map((p) => [
      ...[p.id, p.name, p.slug, p.type],
      setting(p),
    ]),
    tabs: (dashboard.tabs ?? []).map(({ name }) => name),
    ...{ width: dashboard.width, auto: dashboard.auto_apply_filters },
    cards: (dashboard.dashcards ?? [])
      .map((d) => [
        ...[d.row, d.col, d.size_x, d.size_y, d.card_id],
        (d.parameter_mappings ?? []).map(mappingPart),
        d.visualization_settings ?? {},
        (d.series ?? []).map(({ id }) => id),
      ])
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  });
