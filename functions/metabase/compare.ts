import { UNFINISHED, unseal } from '../../dashboards/metabase/seal.ts';
import type {
  WantedCard,
  WantedContent,
} from '../../dashboards/metabase/wanted.ts';
import type { MetabaseClient } from '../../platform/metabase/metabaseClient.ts';
import {
  cardPrint,
  dashboardPrint,
  type Item,
  type ServerCard,
  type ServerDashboard,
  wantedPrint,
} from './contents.ts';

/** What has to be done to one card. */
export interface CardChange {
  readonly card: WantedCard;
  /** Its number there; none where it is to be made. */
  readonly id?: number;
  readonly changes: boolean;
}

/** What has to be done to one pipeline's collection. */
export interface Changes {
  readonly content: WantedContent;
  readonly collection?: number;
  readonly cards: readonly CardChange[];
  readonly dashboard?: ServerDashboard;
  /** What the published tables are like; none where none is published. */
  readonly schemaPrint?: string;
  /** Whether the server has to look at the tables anew. */
  readonly syncs: boolean;
  /** Ours that no definition asks for any more. */
  readonly gone: readonly Item[];
  /** What a person has edited, by kind and name. */
  readonly edited: readonly string[];
}

const collectionMark = (pipeline: string) => `pipelines/${pipeline} (`;

const itemsOf = async (client: MetabaseClient, id: number | 'root') => {
  const { data } = await client.get<{ data: readonly Item[] }>(
    `/api/collection/${id}/items`,
  );
  return data;
};

/** The collection of a pipeline: known by its description, not by its name. */
const findCollection = async (client: MetabaseClient, pipeline: string) => {
  const items = await itemsOf(client, 'root');
  return items.find(
    ({ model, description }) =>
      model === 'collection' &&
      unseal(description).print !== undefined &&
      description?.includes(collectionMark(pipeline)),
  );
};

const isEdited = (
  { description }: { readonly description?: string | null },
  print: string,
) => {
  const sealed = unseal(description).print;
  return sealed !== UNFINISHED && sealed !== print;
};

/** Reads what a server has of a pipeline. Changes nothing. */
export const compare = async (
  client: MetabaseClient,
  content: WantedContent,
  database: number | undefined,
  schemaPrint?: string,
): Promise<Changes> => {
  const fresh: Changes = {
    content,
    cards: content.cards.map(({ card }) => ({ card, changes: true })),
    ...{ gone: [], edited: [], syncs: false },
    ...(schemaPrint !== undefined && { schemaPrint }),
  };
  if (database === undefined) return fresh;
  const found = await findCollection(client, content.pipeline);
  const collection = found?.id;
  const syncs =
    schemaPrint !== undefined &&
    unseal(found?.description).print !== schemaPrint;
  const items =
    collection === undefined ? [] : await itemsOf(client, collection);
  const edited: string[] = [];
  const cards: CardChange[] = [];
  for (const { card } of content.cards) {
    const there = await client.find<ServerCard>(`/api/card/${card.entityId}`);
    if (!there) {
      cards.push({ card, changes: true });
      continue;
    }
    const print = cardPrint(there);
    if (isEdited(there, print)) edited.push(`card "${there.name}"`);
    const changes =
      (there.archived ?? false) ||
      print !== wantedPrint(card, database) ||
      unseal(there.description).print !== print;
    cards.push({ card, id: there.id, changes });
  }
  const ours = items.filter(
    ({ description }) => unseal(description).print !== undefined,
  );
  const boards = ours.filter(({ model }) => model === 'dashboard');
  const [board, ...surplus] = boards;
  const dashboard =
    board && (await client.get<ServerDashboard>(`/api/dashboard/${board.id}`));
  if (dashboard && isEdited(dashboard, dashboardPrint(dashboard)))
    edited.push(`dashboard "${dashboard.name}"`);
  const wanted = new Set(cards.map(({ id }) => id));
  const gone = [
    ...ours.filter(({ model, id }) => model === 'card' && !wanted.has(id)),
    ...surplus,
  ];
  for (const item of gone.filter(({ model }) => model === 'card')) {
    const card = await client.get<ServerCard>(`/api/card/${item.id}`);
    if (isEdited(card, cardPrint(card))) edited.push(`card "${item.name}"`);
  }
  return {
    ...{ content, cards, gone, edited, syncs },
    ...(schemaPrint !== undefined && { schemaPrint }),
    ...(collection !== undefined && { collection }),
    ...(dashboard && { dashboard }),
  };
};
