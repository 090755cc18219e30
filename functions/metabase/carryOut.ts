import { fingerprint, seal } from '../../dashboards/metabase/seal.ts';
import type { WantedContent } from '../../dashboards/metabase/wanted.ts';
import type {
  Json,
  MetabaseClient,
} from '../../platform/metabase/metabaseClient.ts';
import { type CardChange, type Changes, TABLES } from './compare.ts';
import {
  cardPrint,
  datasetQuery,
  type Item,
  type ServerCard,
  wantedPrint,
} from './contents.ts';
import { dashboardDiffers, idsOf, writeDashboard } from './dashboard.ts';
import { sealStored } from './sealStored.ts';

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

export const removal = ({ model, name }: Item): Done => ({
  change: 'remove',
  kind: model === 'card' ? 'card' : 'dashboard',
  name,
});

/** To the trash, out of which a person can take them. */
export const removeItems = async (
  client: MetabaseClient,
  items: readonly Item[],
): Promise<void> => {
  for (const { id, model } of items)
    await client.put(`/api/${model}/${id}`, { archived: true });
};

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
    ...gone.map(removal),
  ];
};

const writeCard = async (
  client: MetabaseClient,
  { card, id, returns }: CardChange,
  { pipeline }: WantedContent,
  collection: number,
  database: number,
): Promise<number> => {
  const wanted = wantedPrint(card, database);
  const sealOf = (stored: string) =>
    seal(card.description, { pipeline, of: card.entityId, wanted, stored });
  const body: Json = {
    name: card.name,
    description: sealOf(wanted),
    display: card.display,
    visualization_settings: card.settings,
    dataset_query: datasetQuery(card, database),
  };
  const made =
    id === undefined
      ? await client.post<ServerCard>('/api/card', {
          ...{ ...body, type: 'question' },
          ...{ collection_id: collection, entity_id: card.entityId },
        })
      : await client.put<ServerCard>(`/api/card/${id}`, {
          ...body,
          // It may have gone to the trash with a collection that stays there.
          ...(returns && { archived: false, collection_id: collection }),
        });
  const path = `/api/card/${made.id}`;
  await sealStored(client, path, cardPrint(made), sealOf, wanted);
  return made.id;
};

/** A collection keeps what tables the server has looked at. */
const collectionSeal = ({ content, schemaPrint }: Changes) => {
  const { pipeline, description } = content;
  const print = schemaPrint ?? fingerprint(pipeline);
  return seal(description, {
    ...{ pipeline, of: TABLES, wanted: print, stored: print },
  });
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
  await removeItems(client, gone);
};
