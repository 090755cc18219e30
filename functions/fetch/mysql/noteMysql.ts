import { X509Certificate } from 'node:crypto';
import type { Lander } from '../lander.ts';
import { authoritiesOf, connect } from './connect.ts';
import { DEFAULTS } from './landMysql.ts';
import { find } from './reading.ts';
import { readTableColumns, requireKey, textField } from './tableColumns.ts';
import { whileAway } from './whileAway.ts';

type Secret = Readonly<Record<string, unknown>>;

/** How the job's driver reaches the server; TLS is verified as here. */
const urlOf = (secret: Secret): string => {
  const server = `${secret.host}:${secret.port ?? 3306}`;
  const database = encodeURIComponent(String(secret.dbname ?? secret.database));
  const settings = {
    // MariaDB's driver, by the name by which Spark knows how MySQL quotes.
    permitMysqlScheme: 'true',
    ...(secret.tls === false
      ? { sslMode: 'disable', allowPublicKeyRetrieval: 'true' }
      : { sslMode: 'verify-full' }),
    connectionTimeZone: 'UTC',
    forceConnectionTimeZoneToSession: 'true',
  };
  return `jdbc:mysql://${server}/${database}?${new URLSearchParams(settings)}`;
};

/** Of Amazon's 120 authorities, those of the region that the server is in. */
const authoritiesIn = (
  authorities: readonly string[],
  { host }: Secret,
): string => {
  const [, region] = /\.([a-z0-9-]+)\.rds\./.exec(String(host)) ?? [];
  const near = authorities.filter(
    (pem) => region && new X509Certificate(pem).subject.includes(` ${region} `),
  );
  return (near.length > 0 ? near : authorities).join('\n');
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
    const authorities = await authoritiesOf(secret);
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
          ...(authorities && {
            authorities: authoritiesIn(authorities, secret),
          }),
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
