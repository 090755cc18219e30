import { seal, UNFINISHED, unseal } from '../../dashboards/metabase/seal.ts';
import type { WantedContent } from '../../dashboards/metabase/wanted.ts';
import type { MetabaseClient } from '../../platform/metabase/metabaseClient.ts';
import { type CardChange, type Changes, NEW_DASHBOARD } from './compare.ts';
import {
  dashboardPrint,
  type ServerDashboard,
  type ServerDashcard,
} from './contents.ts';
import { sealStored } from './sealStored.ts';

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
  ...{ tabs: [], width: 'full', auto_apply_filters: true },
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

/** The numbers of the cards that are there. */
export const idsOf = (cards: readonly CardChange[]) =>
  new Map(cards.flatMap(({ card, id }) => (id ? [[card.entityId, id]] : [])));

export const dashboardDiffers = ({
  content,
  cards,
  dashboard,
}: Changes): boolean => {
  if (dashboard === undefined) return true;
  const wanted = dashboardPrint(wantedDashboard(content, idsOf(cards)));
  const { seal: sealed } = unseal(dashboard.description);
  return (
    sealed?.wanted !== wanted || sealed.stored !== dashboardPrint(dashboard)
  );
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

export const writeDashboard = async (
  client: MetabaseClient,
  { content, dashboard }: Changes,
  collection: number,
  ids: ReadonlyMap<string, number>,
) => {
  const { pipeline, title, description } = content;
  const unfinished = { wanted: UNFINISHED, stored: UNFINISHED };
  const { id } =
    dashboard ??
    (await client.post<{ id: number }>('/api/dashboard', {
      name: title,
      description: seal(description, {
        ...{ pipeline, of: NEW_DASHBOARD, ...unfinished },
      }),
      collection_id: collection,
    }));
  const asked = wantedDashboard(content, ids);
  const wanted = dashboardPrint(asked);
  const sealOf = (stored: string) =>
    seal(description, { pipeline, of: String(id), wanted, stored });
  const { parameters, dashcards = [], tabs, width } = asked;
  const path = `/api/dashboard/${id}`;
  const made = await client.put<ServerDashboard>(path, {
    ...{ name: title, description: sealOf(wanted), parameters, tabs, width },
    dashcards: kept(dashcards, dashboard?.dashcards ?? []),
    ...{ archived: false, auto_apply_filters: true },
  });
  await sealStored(client, path, dashboardPrint(made), sealOf, wanted);
};
