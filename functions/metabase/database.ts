import { MetabaseError } from '../../core/errors.ts';
import type { MetabaseClient } from '../../platform/metabase/metabaseClient.ts';
import type { DatabaseSettings } from './settings.ts';

interface ServerDatabase {
  readonly id: number;
  readonly name: string;
  readonly engine: string;
}

/** The number of the database there, where it is. */
export const findDatabase = async (
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

/** The server tests the connection, and says why it does not stand. */
export const makeDatabase = async (
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
