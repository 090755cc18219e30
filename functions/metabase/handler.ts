import type { CatalogState } from '../../core/catalog.ts';
import { MetabaseError } from '../../core/errors.ts';
import { fingerprint } from '../../dashboards/metabase/seal.ts';
import { wantedContent } from '../../dashboards/metabase/wanted.ts';
import {
  type MetabaseClient,
  metabaseClient,
} from '../../platform/metabase/metabaseClient.ts';
import type { Platform } from '../../platform/ports.ts';
import { handler } from '../shared/handler.ts';
import { carryOut, type Done, removal, removeItems, toDo } from './carryOut.ts';
import { type Changes, compare } from './compare.ts';
import type { ServerCollection } from './contents.ts';
import { findDatabase, makeDatabase } from './database.ts';
import { findLeftOver, type LeftOver } from './leftOver.ts';
import { logIn, makeKey } from './logIn.ts';
import {
  type DatabaseSettings,
  type MetabaseSettings,
  readSettings,
} from './settings.ts';

export interface MetabaseEvent {
  readonly pipelines: readonly string[];
  readonly url: string;
  /** The name of the secret with the login and the database. */
  readonly secret: string;
  readonly dryRun?: boolean;
  /** Writes over what a person has edited. */
  readonly force?: boolean;
  /** Removes what is of pipelines that are not defined any more. */
  readonly prune?: boolean;
  /** Makes an API key of this name and returns it. */
  readonly newKey?: string;
  /** How long to wait for a server that is starting, in milliseconds. */
  readonly waitMs?: number;
}

export interface MetabaseResult {
  readonly changes: readonly ({ readonly pipeline?: string } & Done)[];
  /** Pipelines that are not defined, whose content stays. */
  readonly kept: readonly string[];
  readonly requests: number;
  readonly writes: number;
  readonly key?: string;
}

/** Who is told how it goes on. */
export interface MetabaseProgress {
  /** The server is not there yet; for how many milliseconds it is waited for. */
  waits?(why: string, ms: number): void;
  /** What will be done, before the first of it is. */
  plans?(changes: MetabaseResult['changes']): void;
}

const WAIT_MS = 300_000;

/** Other where published tables or their columns are; not where rows are. */
const schemaPrint = ({ tables, database }: CatalogState) => {
  const found = Object.entries(tables).map(
    ([name, { columns, partitionBy }]) => [name, columns, partitionBy] as const,
  );
  return found.length === 0
    ? undefined
    : fingerprint([database, found.sort(([a], [b]) => (a < b ? -1 : 1))]);
};

/** What there is to do: on the server as a whole, and of each pipeline. */
interface Work {
  readonly isNew: boolean;
  readonly database: number | undefined;
  readonly pipelines: readonly Changes[];
  readonly leftOver: readonly LeftOver[];
}

/** Reads all, and writes nothing. */
const read = async (
  platform: Platform,
  client: MetabaseClient,
  { database }: MetabaseSettings,
  { pipelines: names }: MetabaseEvent,
  isNew: boolean,
): Promise<Work> => {
  const id = isNew ? undefined : await findDatabase(client, database);
  const collections =
    id === undefined
      ? []
      : await client.get<ServerCollection[]>('/api/collection');
  const there = { collections, ...(id !== undefined && { database: id }) };
  const pipelines: Changes[] = [];
  for (const name of names) {
    const { engine, schemaPrefix } = database;
    const plan = await platform.definitions.plan(name);
    const wanted = wantedContent(plan, engine, schemaPrefix);
    const print = schemaPrint(await platform.catalog.read(name));
    pipelines.push(await compare(client, wanted, there, print));
  }
  const defined = await platform.definitions.names();
  const isAll = defined.every((name) => names.includes(name));
  const leftOver = isAll
    ? await findLeftOver(client, collections, defined)
    : [];
  return { isNew, database: id, pipelines, leftOver };
};

const refuseEdited = ({ pipelines, leftOver }: Work, url: string) => {
  const edited = [...pipelines, ...leftOver].flatMap((one) => one.edited);
  if (edited.length > 0)
    throw new MetabaseError(
      `edited by hand on ${url}: ${edited.join(', ')}. Nothing was ` +
        'written: take the edits over into the definition, save them as ' +
        'cards of your own, or write over them by --force',
    );
};

const changesOf = (
  { isNew, database, pipelines, leftOver }: Work,
  url: string,
  name: string,
): MetabaseResult['changes'] => [
  ...(isNew ? [{ change: 'set up', kind: 'server', name: url } as const] : []),
  ...(database === undefined
    ? [{ change: 'create', kind: 'database', name } as const]
    : []),
  ...pipelines.flatMap((one) =>
    toDo(one).map((done) => ({ pipeline: one.content.pipeline, ...done })),
  ),
  ...leftOver.flatMap(({ pipeline, items }) =>
    items.map((item) => ({ pipeline, ...removal(item) })),
  ),
];

const write = async (
  client: MetabaseClient,
  { database, pipelines, leftOver }: Work,
  settings: DatabaseSettings,
) => {
  const id = database ?? (await makeDatabase(client, settings));
  // Once for all: the server looks at the whole database.
  if (pipelines.some(({ syncs }) => syncs))
    await client.post(`/api/database/${id}/sync_schema`, {});
  for (const one of pipelines)
    if (toDo(one).length > 0) await carryOut(client, one, id);
  for (const { items } of leftOver) await removeItems(client, items);
};

/**
 * Makes a Metabase server show the dashboards of pipelines: all is compared
 * first, then only what differs is written. What is not ours stays.
 * @throws MetabaseError where the server is away or refuses, and, before
 *   anything is written, where a person has edited what is ours.
 */
export const metabase = (platform: Platform, tell: MetabaseProgress = {}) =>
  handler<MetabaseEvent, MetabaseResult>(
    'metabase',
    ['pipelines', 'url', 'secret'],
    () => async (event) => {
      const { dryRun, force, prune, newKey, waitMs = WAIT_MS } = event;
      const settings = await readSettings(platform.secrets, event.secret);
      const client = metabaseClient(event.url);
      const { url, counts } = client;
      await client.ready(waitMs, (why) => tell.waits?.(why, waitMs));
      const isNew =
        (await logIn(client, settings, dryRun ?? false)) !== 'known';
      const found = await read(platform, client, settings, event, isNew);
      const work = prune ? found : { ...found, leftOver: [] };
      if (!force) refuseEdited(work, url);
      const changes = changesOf(work, url, settings.database.name);
      const kept = prune ? [] : found.leftOver.map(({ pipeline }) => pipeline);
      tell.plans?.(changes);
      if (!dryRun) await write(client, work, settings.database);
      const key =
        newKey === undefined || dryRun
          ? undefined
          : await makeKey(client, newKey);
      return { changes, kept, ...counts, ...(key !== undefined && { key }) };
    },
  )(platform);
