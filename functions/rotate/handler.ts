import { randomBytes } from 'node:crypto';
import type { Connection } from 'mysql2';
import { SecretError, UsageError } from '../../core/errors.ts';
import type { SecretVersions } from '../../platform/ports.ts';
import { codeOf, openWith } from '../fetch/mysql/connect.ts';
import type { Handler } from '../shared/handler.ts';

/** What Secrets Manager sends, once for each step. */
export interface RotateEvent {
  readonly Step: string;
  /** The ARN of the secret. */
  readonly SecretId: string;
  /** The version that is being made. */
  readonly ClientRequestToken: string;
}

type Secret = Readonly<Record<string, unknown>>;

/** 32 of letters, digits, `-` and `_`: nothing that a client would quote. */
const newPassword = () => randomBytes(24).toString('base64url');

const isRefused = (error: unknown) =>
  codeOf(error) === 'ER_ACCESS_DENIED_ERROR';

/** Whether the server takes these credentials. */
const opens = async (secret: Secret): Promise<boolean> => {
  try {
    (await openWith(secret, 'pending')).destroy();
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
};

/** Carries out a statement; an error's text has its values in it. */
const query = (connection: Connection, sql: string, values: unknown[] = []) =>
  new Promise<unknown>((resolve, reject) =>
    connection.query(sql, values, (error, rows) =>
      error
        ? reject(
            new SecretError(
              `the server does not change the password: ${codeOf(error)}`,
            ),
          )
        : resolve(rows),
    ),
  );

/** Of the user itself, for which it needs no right. */
const changePassword = async (secret: Secret, password: unknown) => {
  const connection = await openWith(secret, 'current');
  try {
    const rows = await query(connection, 'SELECT VERSION() AS version');
    const [{ version = '' } = {}] = rows as { version?: string }[];
    // MariaDB takes the hash alone, MySQL 8 the password alone.
    const value = /mariadb/i.test(version) ? 'PASSWORD(?)' : '?';
    await query(connection, `SET PASSWORD = ${value}`, [password]);
  } finally {
    connection.destroy();
  }
};

const requirePending = async (
  versions: SecretVersions,
  { SecretId, ClientRequestToken }: RotateEvent,
): Promise<Secret> => {
  const found = await versions.read(SecretId, 'AWSPENDING', ClientRequestToken);
  if (found) return found;
  throw new SecretError(
    'the secret has no pending version: createSecret first',
  );
};

const steps = (
  versions: SecretVersions,
): Readonly<Record<string, (event: RotateEvent) => Promise<void>>> => ({
  createSecret: async ({ SecretId, ClientRequestToken }) => {
    const made = await versions.read(
      SecretId,
      'AWSPENDING',
      ClientRequestToken,
    );
    if (made) return;
    const current = await versions.read(SecretId, 'AWSCURRENT');
    if (!current) throw new SecretError('the secret has no value yet');
    const pending = { ...current, password: newPassword() };
    await versions.put(SecretId, ClientRequestToken, pending);
  },

  setSecret: async (event) => {
    const pending = await requirePending(versions, event);
    if (await opens(pending)) return;
    // After a rotation that broke off, the server may have the one before.
    for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) {
      const secret = await versions.read(event.SecretId, stage);
      if (!secret || !(await opens(secret))) continue;
      if (secret.host !== pending.host || secret.username !== pending.username)
        throw new SecretError('the pending version is of another server');
      return changePassword(secret, pending.password);
    }
    throw new SecretError('the server refuses every version of the secret');
  },

  testSecret: async (event) => {
    if (await opens(await requirePending(versions, event))) return;
    throw new SecretError('the server refuses the pending version');
  },

  finishSecret: ({ SecretId, ClientRequestToken }) =>
    versions.promote(SecretId, ClientRequestToken),
});

/**
 * Gives the user of a MySQL server another password, in the four steps of
 * Secrets Manager. Each is safe to repeat. Whoever is connected stays so; who
 * connects in the moment between two steps reads the secret once more.
 */
export const rotate =
  (versions: SecretVersions): Handler<RotateEvent, { readonly step: string }> =>
  async (event) => {
    const { Step, SecretId, ClientRequestToken } = event;
    const act = steps(versions)[Step];
    if (!act) throw new UsageError(`"${Step}" is no step of a rotation`);
    const stages = (await versions.stages(SecretId))[ClientRequestToken];
    if (!stages) throw new SecretError('the secret has no such version');
    if (!stages.includes('AWSCURRENT')) await act(event);
    return { step: Step };
  };
