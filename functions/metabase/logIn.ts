import { MetabaseError } from '../../core/errors.ts';
import type { MetabaseClient } from '../../platform/metabase/metabaseClient.ts';
import type { MetabaseSettings } from './settings.ts';

interface Properties {
  readonly 'has-user-setup': boolean;
  readonly 'setup-token'?: string | null;
}

/**
 * Logs in. A server that nobody has set up yet is set up, unless nothing may be
 * changed.
 * @returns false where the server is not set up and stays so.
 */
export const logIn = async (
  client: MetabaseClient,
  { apiKey, email, password }: MetabaseSettings,
  dryRun: boolean,
): Promise<'set up' | 'known' | 'new'> => {
  const properties = await client.get<Properties>('/api/session/properties');
  if (properties['has-user-setup']) {
    if (apiKey) {
      client.authorise('x-api-key', apiKey);
      return 'known';
    }
    const { id } = await client.post<{ id: string }>('/api/session', {
      username: email,
      password,
    });
    client.authorise('X-Metabase-Session', id);
    return 'known';
  }
  if (!email || !password)
    throw new MetabaseError(
      `${client.url} is not set up yet: the secret needs email and password`,
    );
  if (dryRun) return 'new';
  const { id } = await client.post<{ id: string }>('/api/setup', {
    token: properties['setup-token'],
    user: { email, password, first_name: 'Tributary', last_name: 'Admin' },
    prefs: { site_name: 'Tributary', site_locale: 'en' },
  });
  client.authorise('X-Metabase-Session', id);
  return 'set up';
};

/** Makes a key for the next times. The server shows it once. */
export const makeKey = async (
  client: MetabaseClient,
  name: string,
): Promise<string> => {
  const groups = await client.get<{ id: number; name: string }[]>(
    '/api/permissions/group',
  );
  const group = groups.find((one) => one.name === 'Administrators');
  if (!group)
    throw new MetabaseError(`${client.url} has no group Administrators`);
  const { unmasked_key } = await client.post<{ unmasked_key: string }>(
    '/api/api-key',
    { group_id: group.id, name },
  );
  return unmasked_key;
};
