import { SecretError } from '../../../core/errors.ts';
import type { Lander } from '../lander.ts';
import { connect, isRds } from './connect.ts';
import { DEFAULTS, find } from './landMysql.ts';
import { readTableColumns, requireKey, textField } from './tableColumns.ts';
import { whileAway } from './whileAway.ts';

type Secret = Readonly<Record<string, unknown>>;

/** How the job's driver reaches the server; TLS is verified as here. */
const urlOf = (secret: Secret): string => {
  const server = `${secret.host}:${secret.port ?? 3306}`;
  const database = encodeURIComponent(String(secret.dbname ?? secret.database));
  const settings = {
    ...(secret.tls === false
      ? { sslMode: 'DISABLED', allowPublicKeyRetrieval: 'true' }
      : { sslMode: 'VERIFY_IDENTITY' }),
    connectionTimeZone: 'UTC',
    forceConnectionTimeZoneToSession: 'true',
  };
  return `jdbc:mysql://${server}/${database}?${new URLSearchParams(settings)}`;
};

/** Java knows the usual authorities; others would have to be given to it. */
const refuseOwnAuthority = (secret: Secret, name: string): void => {
  if (secret.tls === false || (secret.ca === undefined && !isRds(secret)))
    return;
  throw new SecretError(
    `the server of the secret "${name}" has a certificate of an authority ` +
      "of its own, which the job does not know: declare the source without read: 'job'",
  );
};

/**
 * Looks at a table that the Spark job will read itself, and lands nothing: so
 * that what is wrong with it shows before a job is started.
 */
export const noteMysql: Lander = async ({ platform, source, watermark }) => {
  const from = source.from as {
    readonly secret: string;
    readonly table: string;
    readonly key: string;
    readonly lookback: number;
    readonly connections?: number;
  };
  const { secret: name, table, key, lookback, connections } = from;
  const of = { source: source.name, table };
  return whileAway(DEFAULTS, of, async () => {
    await platform.jobs.mysql(name);
    const secret = await platform.secrets.read(name);
    refuseOwnAuthority(secret, name);
    const { connection, place } = await connect(platform.secrets, name);
    try {
      const columns = await readTableColumns(connection, source, table);
      await requireKey(connection, table, find(source, columns, key).name);
      const texts = columns.map((column) => [column.name, textField(column)]);
      return {
        files: [],
        from: `${place} ${table}`,
        jdbc: {
          url: urlOf(secret),
          secret: name,
          columns: Object.fromEntries(texts),
          ...(watermark !== undefined &&
            source.scope === 'changes' && { since: watermark }),
          lookback,
          ...(connections !== undefined && { partitions: connections }),
        },
      };
    } finally {
      connection.destroy();
    }
  });
};
