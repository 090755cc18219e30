import { SecretError } from '../../core/errors.ts';
import type { Secrets } from '../../platform/ports.ts';

/** The database that Metabase reads, as its API takes it. */
export interface DatabaseSettings {
  readonly engine: 'athena' | 'postgres';
  readonly name: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Before a pipeline's name in the database: `tributary_dev_`. */
  readonly schemaPrefix: string;
}

/** How to log in to a Metabase server, and what it is to read. */
export interface MetabaseSettings {
  readonly apiKey?: string;
  readonly email?: string;
  readonly password?: string;
  readonly database: DatabaseSettings;
}

/**
 * Reads the secret of a Metabase server: `apiKey`, or `email` and `password`;
 * and `database` with `engine`, `name` and `details`.
 * @throws SecretError that names the member, and never a value.
 */
export const readSettings = async (
  secrets: Secrets,
  name: string,
): Promise<MetabaseSettings> => {
  const secret = await secrets.read(name);
  const fail = (what: string): never => {
    throw new SecretError(`the secret "${name}" ${what}`);
  };
  const textOf = (key: string) => {
    const value = secret[key];
    if (value === undefined || (typeof value === 'string' && value !== ''))
      return value;
    return fail(`: ${key} is not a text`);
  };
  const [apiKey, email, password] = ['apiKey', 'email', 'password'].map(textOf);
  if (!apiKey && !(email && password))
    fail('has neither apiKey, nor email and password');
  const database = (secret.database ?? {}) as Partial<DatabaseSettings>;
  const { engine, name: called = 'Tributary', details } = database;
  const { schemaPrefix = '' } = database;
  if (!/^[a-z0-9_]*$/.test(schemaPrefix))
    fail(': database.schemaPrefix has other than a-z, 0-9 and _');
  if (engine !== 'athena' && engine !== 'postgres')
    return fail('has no database.engine: it is "athena" or "postgres"');
  if (typeof details !== 'object' || details === null)
    return fail('has no database.details');
  return {
    ...(apiKey && { apiKey }),
    ...(email && { email }),
    ...(password && { password }),
    database: { engine, name: called, details, schemaPrefix },
  };
};
