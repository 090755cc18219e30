import type { Client, ClientConfig } from 'pg';
import { DestinationError } from '../../core/errors.ts';
import { type Login, placeOf, readLogin } from '../login.ts';
import type { Secrets } from '../ports.ts';

const PORT = 5432;
/** Wrong password, and whatever else is wrong with who asks. */
const REFUSED = new Set(['28P01', '28000']);

const SETTINGS =
  "SET lock_timeout = '60s'; SET statement_timeout = '1h'; " +
  "SET datestyle = 'ISO, YMD'; SET client_min_messages = warning";

const configOf = (login: Login): ClientConfig => ({
  host: login.socket ?? login.host,
  port: login.port,
  user: login.user,
  password: login.password,
  database: login.database,
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  application_name: 'tributary',
  ssl: login.tls
    ? {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        ...(login.tls.ca && { ca: login.tls.ca }),
        // An address is proved by its own authority alone.
        ...(!login.tls.isNamed && { checkServerIdentity: () => undefined }),
      }
    : false,
});

const open = async (login: Login): Promise<Client> => {
  const { Client } = await import('pg');
  const client = new Client(configOf(login));
  // What breaks between two statements is told by the next one.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(SETTINGS);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
};

/** What the server said, as one of ours. */
export const asDestinationError = (error: unknown, place: string): Error => {
  if (error instanceof DestinationError) return error;
  const { message, detail } = error as { message: string; detail?: string };
  return new DestinationError(
    `${place}: ${message}${detail ? `: ${detail}` : ''}`,
    {},
    { cause: error },
  );
};

/**
 * Connects, and once more with the secret read again where the server refuses
 * it: it may have been rotated meanwhile.
 */
export const connectPostgres = async (
  secrets: Secrets,
  secret: string,
): Promise<{ readonly client: Client; readonly place: string }> => {
  let login = await readLogin(secrets, secret, PORT);
  const place = placeOf('postgres', login);
  try {
    const client = await open(login).catch(async (error: unknown) => {
      if (!REFUSED.has((error as { code?: string }).code ?? '')) throw error;
      login = await readLogin(secrets, secret, PORT);
      return open(login);
    });
    return { client, place };
  } catch (error) {
    throw asDestinationError(error, place);
  }
};
