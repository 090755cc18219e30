import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { SecretError } from '../core/errors.ts';
import type { Secrets } from './ports.ts';

/** How to log in to a database server. */
export interface Login {
  readonly host: string;
  readonly port: number;
  /** A socket of this machine, in place of host and port. */
  readonly socket?: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** None where nothing is encrypted. */
  readonly tls?: {
    /** PEM; without it, the authorities that Node trusts. */
    readonly ca?: string;
    /** Whether the certificate must be of this host's name. */
    readonly isNamed: boolean;
  };
}

type Members = Readonly<Record<string, unknown>>;

const LOCAL = new Set(['localhost', '127.0.0.1', '::1']);

const textOf = (name: string, members: Members, keys: readonly string[]) => {
  const key = keys.find((one) => members[one] !== undefined);
  if (key === undefined) return undefined;
  const value = members[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new SecretError(`the secret "${name}": ${key} is not a text`);
};

const required = (name: string, members: Members, keys: readonly string[]) => {
  const value = textOf(name, members, keys);
  if (value !== undefined) return value;
  throw new SecretError(`the secret "${name}" lacks ${keys.join(' or ')}`);
};

const portOf = (name: string, { port }: Members, usual: number) => {
  const number = Number(port ?? usual);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new SecretError(`the secret "${name}": port is no port`);
};

const caOf = async (name: string, members: Members) => {
  const file = textOf(name, members, ['caFile']);
  if (file === undefined) return textOf(name, members, ['ca']);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SecretError(
      `the secret "${name}": caFile ${file} cannot be read`,
      {},
      { cause },
    );
  });
};

/** Off only where the secret says so, or where nothing leaves the machine. */
const tlsOf = async (
  name: string,
  host: string,
  members: Members,
): Promise<Login['tls']> => {
  const { tls } = members;
  if (tls !== undefined && typeof tls !== 'boolean')
    throw new SecretError(
      `the secret "${name}": tls is neither true nor false`,
    );
  const ca = await caOf(name, members);
  if (!(tls ?? (ca !== undefined || !LOCAL.has(host)))) return undefined;
  const isAddress = isIP(host) !== 0;
  if (isAddress && ca === undefined)
    throw new SecretError(
      `the secret "${name}": host is an address, which no public certificate ` +
        'proves: write its name, or its own authority as ca or caFile',
    );
  return { isNamed: !isAddress, ...(ca !== undefined && { ca }) };
};

/**
 * Reads a login anew. The secret has `host`, `port`, `username` or `user`,
 * `password`, `dbname` or `database`, as RDS writes them; `socket` in place of
 * a host; and for TLS `tls`, `ca` (PEM) or `caFile`.
 * @throws SecretError that names the member, and never a value.
 */
export const readLogin = async (
  secrets: Secrets,
  name: string,
  usualPort: number,
): Promise<Login> => {
  const members = await secrets.read(name);
  const socket = textOf(name, members, ['socket']);
  const host = socket ? 'localhost' : required(name, members, ['host']);
  const tls = socket ? undefined : await tlsOf(name, host, members);
  return {
    host,
    port: portOf(name, members, usualPort),
    user: required(name, members, ['username', 'user']),
    password: textOf(name, members, ['password']) ?? '',
    database: required(name, members, ['dbname', 'database']),
    ...(socket !== undefined && { socket }),
    ...(tls && { tls }),
  };
};

/** Where a login leads, for people: no user and no password in it. */
export const placeOf = (scheme: string, login: Login): string =>
  `${scheme}://${login.host}${login.socket ? '' : `:${login.port}`}/` +
  login.database;
