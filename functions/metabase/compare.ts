import {
  type Seal,
  UNFINISHED,
  unseal,
} from '../../dashboards/metabase/seal.ts';
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
  type ServerCollection,
  type ServerDashboard,
  wantedPrint,
} from './contents.ts';

/** What has to be done to one card. */
export interface CardChange {
  readonly card: WantedCard;
  /** Its number there; none where it is to be made. */
  readonly id?: number;
  readonly changes: boolean;
  /** Whether it is in the trash, and comes from there. */
  readonly returns?: boolean;
}

/** What a server has, before one looks at a pipeline. */
export interface There {
  /** None where it is still to be made, and so all is. */
  readonly database?: number;
  readonly collections: readonly ServerCollection[];
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

/** What the seal of a collection is of: it keeps which tables were looked at. */
export const TABLES = 'tables';

/** What the seal of a dashboard is of, as long as nothing is put upon it. */
export const NEW_DASHBOARD = 'new';

/** Those of pipelines; known by their descriptions, not by name or place. */
export const sealedCollections = (
  collections: readonly ServerCollection[],
): { readonly id: number; readonly name: string; readonly seal: Seal }[] =>
  collections.flatMap(({ id, name, description }) => {
    const { seal } = unseal(description);
    return typeof id === 'number' && seal?.of === TABLES
      ? [{ id, name, seal }]
      : [];
  });

/** A copy that a person made of a card or dashboard of ours is not ours. */
const isOurs = ({ id, model, description, entity_id }: Item, of: string) => {
  const { seal } = unseal(description);
  if (seal?.pipeline !== of) return false;
  if (model === 'card') return seal.of === entity_id;
  return model === 'dashboard' && [String(id), NEW_DASHBOARD].includes(seal.of);
};

/** What a collection holds of a pipeline. */
export const itemsOf = async (
  client: MetabaseClient,
  collection: number,
  pipeline: string,
): Promise<Item[]> => {
  const { data } = await client.get<{ data: readonly Item[] }>(
    `/api/collection/${collection}/items`,
  );
  return data.filter((item) => isOurs(item, pipeline));
};

const isEdited = (
  { description }: { readonly description?: string | null },
  print: string,
) => {
  const { seal } = unseal(description);
  return seal?.wanted !== UNFINISHED && seal?.stored !== print;
};

const cardIsEdited = (card: ServerCard) => isEdited(card, cardPrint(card));

const dashboardIsEdited = (dashboard: ServerDashboard) =>
  isEdited(dashboard, dashboardPrint(dashboard));

const compareCard = async (
  client: MetabaseClient,
  card: WantedCard,
  database: number,
): Promise<CardChange & { readonly edited?: string }> => {
  const there = await client.find<ServerCard>(`/api/card/${card.entityId}`);
  if (!there) return { card, changes: true };
  const edited = cardIsEdited(there);
  const { seal } = unseal(there.description);
  const returns = there.archived ?? false;
  return {
    ...{ card, id: there.id, returns },
    changes: returns || edited || seal?.wanted !== wantedPrint(card, database),
    ...(edited && { edited: `card "${there.name}"` }),
  };
};

/** Those that a person has edited, of what would go. */
export const editedOf = async (
  client: MetabaseClient,
  gone: readonly Item[],
): Promise<string[]> => {
  const edited: string[] = [];
  for (const { id, model, name } of gone) {
    const path = `/api/${model}/${id}`;
    const isOther =
      model === 'card'
        ? cardIsEdited(await client.get<ServerCard>(path))
        : dashboardIsEdited(await client.get<ServerDashboard>(path));
    if (isOther) edited.push(`${model} "${name}"`);
  }
  return edited;
};

/** Reads what a server has of a pipeline. Changes nothing. */
export const compare = async (
  client: MetabaseClient,
  content: WantedContent,
  { database, collections }: There,
  schemaPrint?: string,
): Promise<Changes> => {
  const tables = schemaPrint === undefined ? {} : { schemaPrint };
  if (database === undefined)
    return {
      ...{ content, gone: [], edited: [], syncs: false },
      cards: content.cards.map(({ card }) => ({ card, changes: true })),
      ...tables,
    };
  const { pipeline } = content;
  const found = sealedCollections(collections).find(
    ({ seal }) => seal.pipeline === pipeline,
  );
  const items = found ? await itemsOf(client, found.id, pipeline) : [];
  const cards: Awaited<ReturnType<typeof compareCard>>[] = [];
  for (const { card } of content.cards)
    cards.push(await compareCard(client, card, database));
  const board = items.find(({ model }) => model === 'dashboard');
  const dashboard =
    board && (await client.get<ServerDashboard>(`/api/dashboard/${board.id}`));
  const wanted = new Set(cards.map(({ id }) => id));
  const gone = items.filter(
    ({ model, id }) => model === 'card' && !wanted.has(id),
  );
  const edited = cards.flatMap((card) => card.edited ?? []);
  if (dashboard && dashboardIsEdited(dashboard))
    edited.push(`dashboard "${dashboard.name}"`);
  edited.push(...(await editedOf(client, gone)));
  return {
    ...{ content, cards, gone, edited, ...tables },
    syncs: schemaPrint !== undefined && found?.seal.stored !== schemaPrint,
    ...(found && { collection: found.id }),
    ...(dashboard && { dashboard }),
  };
};
