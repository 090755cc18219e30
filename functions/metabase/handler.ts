import type { CatalogState } from '../../core/catalog.ts';
import { MetabaseError } from '../../core/errors.ts';
import { fingerprint } from '../../dashboards/metabase/seal.ts';
import { wantedContent } from '../../dashboards/metabase/wanted.ts';
import {
  type MetabaseClient,
  metabaseClient,
} from '../../platform/metabase/metabaseClient.ts';
import { handler } from '../shared/handler.ts';
import { carryOut, type Done, toDo } from './carryOut.ts';
import { compare } from './compare.ts';
import { logIn, makeKey } from './logIn.ts';
import { type DatabaseSettings, readSettings } from './settings.ts';

export interface MetabaseEvent {
  readonly pipelines: readonly string[];
  readonly url: string;
  /** The name of the secret with the login and the database. */
  readonly secret: string;
  readonly dryRun?: boolean;
  /** Writes over what a person has edited. */
  readonly force?: boolean;
  /** Makes an API key of this name and returns it. */
  readonly newKey?: string;
  /** How long to wait for a server that is starting, in milliseconds. */
  readonly waitMs?: number;
}

export interface MetabaseResult {
  readonly changes: readonly ({ readonly pipeline?: string } & Done)[];
  readonly requests: number;
  readonly writes: number;
  readonly key?: string;
}

interface ServerDatabase {
  readonly id: number;
  readonly name: string;
  readonly engine: string;
}

const WAIT_MS = 300_000;

/** The number of the database there, where it is. */
const findDatabase = async (
  client: MetabaseClient,
  { name, engine }: DatabaseSettings,
): Promise<number | undefined> => {
  const { data } = await client.get<{ data: readonly ServerDatabase[] }>(
    '/api/database',
  );
  const found = data.find((database) => database.name === name);
  if (found && found.engine !== engine)
    throw new MetabaseError(
      `${client.url} has a database "${name}" that is ${found.engine} and ` +
        `not ${engine}: give it another name in the secret`,
    );
  return found?.id;
};

/** Other where published tables or their columns are; not where rows are. */
const schemaPrint = ({ tables, database }: CatalogState) => {
  const found = Object.entries(tables).map(
    ([name, { columns, partitionBy }]) => [name, columns, partitionBy] as const,
  );
  return found.length === 0
    ? undefined
    : fingerprint([database, found.sort(([a], [b]) => (a < b ? -1 : 1))]);
};

/** The server tests the connection, and says why it does not stand. */
const makeDatabase = async (
  client: MetabaseClient,
  { engine, name, details }: DatabaseSettings,
): Promise<number> => {
  const daily = { schedule_type: 'daily', schedule_hour: 3 };
  const made = await client.post<{ id: number }>('/api/database', {
    ...{ name, engine, details },
    ...{ is_full_sync: true, is_on_demand: false, auto_run_queries: true },
    // By default it would ask every hour, and Athena takes money for it.
    schedules: { metadata_sync: daily, cache_field_values: daily },
  });
  return made.id;
};

/**
 * Makes a Metabase server show the dashboards of pipelines: all is compared
 * first, then only what differs is written. What is not ours stays.
 * @throws MetabaseError where the server is away or refuses, and, before
 *   anything is written, where a person has edited what is ours.
 */
export const metabase = handler<MetabaseEvent, MetabaseResult>(
  'metabase',
  ['pipelines', 'url', 'secret'],
  (platform) => async (event) => {
    const { dryRun = false, force = false, newKey } = event;
    const settings = await readSettings(platform.secrets, event.secret);
    const { database } = settings;
    const plans = await Promise.all(
      event.pipelines.map((name) => platform.definitions.plan(name)),
    );
    const client = metabaseClient(event.url);
    await client.ready(event.waitMs ?? WAIT_MS);
    const login = await logIn(client, settings, dryRun);
    const known =
      login === 'new' ? undefined : await findDatabase(client, database);
    const all = [];
    for (const plan of plans) {
      const { engine, schemaPrefix } = database;
      const wanted = wantedContent(plan, engine, schemaPrefix);
      const print = schemaPrint(await platform.catalog.read(plan.pipeline));
      all.push(await compare(client, wanted, known, print));
    }
    const edited = all.flatMap((changes) => changes.edited);
    if (edited.length > 0 && !force)
      throw new MetabaseError(
        `edited by hand on ${client.url}: ${edited.join(', ')}. Nothing was ` +
          'written: take the edits over into the definition, save them as ' +
          'cards of your own, or write over them by --force',
      );
    const changes: MetabaseResult['changes'] = [
      ...(login === 'known'
        ? []
        : [{ change: 'set up', kind: 'server', name: client.url } as const]),
      ...(known === undefined
        ? [{ change: 'create', kind: 'database', name: database.name } as const]
        : []),
      ...all.flatMap((one) =>
        toDo(one).map((done) => ({ pipeline: one.content.pipeline, ...done })),
      ),
    ];
    let key: string | undefined;
    if (!dryRun) {
      const id = known ?? (await makeDatabase(client, database));
      // Once for all: the server looks at the whole database.
      if (all.some(({ syncs }) => syncs))
        await client.post(`/api/database/${id}/sync_schema`, {});
      for (const one of all)
        if (toDo(one).length > 0) await carryOut(client, one, id);
      if (newKey !== undefined) key = await makeKey(client, newKey);
    }
    return { changes, ...client.counts, ...(key !== undefined && { key }) };
  },
);
