import {
  fingerprint,
  seal,
  UNFINISHED,
} from '../../dashboards/metabase/seal.ts';
import type { WantedContent } from '../../dashboards/metabase/wanted.ts';
import type {
  Json,
  MetabaseClient,
} from '../../platform/metabase/metabaseClient.ts';
import type { CardChange, Changes } from './compare.ts';
import {
  dashboardPrint,
  datasetQuery,
  type ServerDashboard,
  type ServerDashcard,
  wantedPrint,
} from './contents.ts';

/** One thing that is done on the server, or would be. */
export interface Done {
  readonly change: 'create' | 'update' | 'remove' | 'set up' | 'sync';
  readonly kind:
    | 'server'
    | 'database'
    | 'collection'
    | 'card'
    | 'dashboard'
    | 'schema';
  readonly name: string;
}

const NEW = -1;

/** A dashboard as it should be; a card that is not there yet has number -1. */
const wantedDashboard = (
  content: WantedContent,
  ids: ReadonlyMap<string, number>,
): ServerDashboard => ({
  id: NEW,
  name: content.title,
  description: content.description,
  archived: false,
  parameters: content.parameters.map((parameter) => ({ ...parameter })),
  dashcards: content.cards.flatMap(({ card, place }, i) => {
    if (!place) return [];
    const card_id = ids.get(card.entityId) ?? NEW;
    const parameter_mappings = content.parameters
      .filter(({ slug }) => card.tags.some(({ name }) => name === slug))
      .map(({ id, slug }) => ({
        parameter_id: id,
        card_id,
        target: ['variable', ['template-tag', slug]],
      }));
    return [{ id: -1 - i, card_id, ...place, parameter_mappings }];
  }),
});

const idsOf = (cards: readonly CardChange[]) =>
  new Map(cards.flatMap(({ card, id }) => (id ? [[card.entityId, id]] : [])));

const dashboardDiffers = ({ content, cards, dashboard }: Changes): boolean =>
  dashboard === undefined ||
  dashboardPrint(dashboard) !==
    dashboardPrint(wantedDashboard(content, idsOf(cards))) ||
  !dashboard.description?.includes(`(${dashboardPrint(dashboard)})`);

/** What would be done, in the order in which it would be. */
export const toDo = (changes: Changes): Done[] => {
  const { content, collection, cards, dashboard, gone, syncs } = changes;
  return [
    ...(syncs
      ? [{ change: 'sync', kind: 'schema', name: content.title } as const]
      : []),
    ...(collection === undefined
      ? [
          {
            change: 'create',
            kind: 'collection',
            name: content.title,
          } as const,
        ]
      : []),
    ...cards
      .filter((card) => card.changes)
      .map(({ card, id }): Done => {
        const change = id === undefined ? 'create' : 'update';
        return { change, kind: 'card', name: card.name };
      }),
    ...(dashboardDiffers(changes)
      ? [
          {
            change: dashboard ? 'update' : 'create',
            kind: 'dashboard',
            name: content.title,
          } as const,
        ]
      : []),
    ...gone.map(({ model, name }): Done => {
      const kind = model === 'card' ? 'card' : 'dashboard';
      return { change: 'remove', kind, name };
    }),
  ];
};

const writeCard = async (
  client: MetabaseClient,
  { card, id }: CardChange,
  { pipeline }: WantedContent,
  collection: number,
  database: number,
): Promise<number> => {
  const print = wantedPrint(card, database);
  const body: Json = {
    name: card.name,
    description: seal(card.description, pipeline, print),
    display: card.display,
    visualization_settings: card.settings,
    dataset_query: datasetQuery(card, database),
  };
  if (id !== undefined) {
    await client.put(`/api/card/${id}`, { ...body, archived: false });
    return id;
  }
  const made = await client.post<{ id: number }>('/api/card', {
    ...body,
    type: 'question',
    collection_id: collection,
    entity_id: card.entityId,
  });
  return made.id;
};

/** Boxes of cards that stay keep their numbers. */
const kept = (
  wanted: readonly ServerDashcard[],
  there: readonly ServerDashcard[],
) => {
  const free = [...there];
  return wanted.map((dashcard) => {
    const at = free.findIndex(({ card_id }) => card_id === dashcard.card_id);
    const [old] = at < 0 ? [] : free.splice(at, 1);
    return { ...dashcard, id: old?.id ?? dashcard.id };
  });
};

const writeDashboard = async (
  client: MetabaseClient,
  { content, dashboard }: Changes,
  collection: number,
  ids: ReadonlyMap<string, number>,
) => {
  const { pipeline, title, description } = content;
  const id =
    dashboard?.id ??
    (
      await client.post<{ id: number }>('/api/dashboard', {
        name: title,
        description: seal(description, pipeline, UNFINISHED),
        collection_id: collection,
      })
    ).id;
  const wanted = wantedDashboard(content, ids);
  await client.put(`/api/dashboard/${id}`, {
    name: title,
    description: seal(description, pipeline, dashboardPrint(wanted)),
    parameters: wanted.parameters,
    dashcards: kept(wanted.dashcards ?? [], dashboard?.dashcards ?? []),
    ...{ width: 'full', archived: false, auto_apply_filters: true },
  });
};

/** A collection keeps what tables the server has looked at. */
const collectionSeal = ({ content, schemaPrint }: Changes) => {
  const { pipeline, description } = content;
  return seal(description, pipeline, schemaPrint ?? fingerprint(pipeline));
};

const makeCollection = async (client: MetabaseClient, changes: Changes) => {
  const { id } = await client.post<{ id: number }>('/api/collection', {
    name: changes.content.title,
    description: collectionSeal(changes),
  });
  return id;
};

/**
 * Makes a server's content as wanted. Broken off at any point, the next time
 * goes on: what is there already is found again.
 */
export const carryOut = async (
  client: MetabaseClient,
  changes: Changes,
  database: number,
): Promise<void> => {
  const { content, gone } = changes;
  const collection =
    changes.collection ?? (await makeCollection(client, changes));
  if (changes.syncs && changes.collection !== undefined)
    await client.put(`/api/collection/${collection}`, {
      description: collectionSeal(changes),
    });
  const ids = idsOf(changes.cards);
  for (const change of changes.cards.filter((card) => card.changes))
    ids.set(
      change.card.entityId,
      await writeCard(client, change, content, collection, database),
    );
  if (dashboardDiffers(changes))
    await writeDashboard(client, changes, collection, ids);
  // Last: a dashboard does not show what is gone any more.
  for (const { id, model } of gone)
    await client.put(`/api/${model === 'card' ? 'card' : 'dashboard'}/${id}`, {
      archived: true,
    });
};
