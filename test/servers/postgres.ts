import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { findProgram } from './findProgram.ts';
import {
  type PrivateServer,
  runAs,
  type ServerHome,
  type ServerKind,
  startServer,
} from './privateServer.ts';

export interface PostgresServer extends PrivateServer<ClientConfig> {
  /** Asks as the administrator, in the database `tests`. */
  query<T>(sql: string, values?: readonly unknown[]): Promise<T[]>;
}

/** Debian keeps the servers' programs out of `PATH`, a folder a version. */
const FOLDERS = [
  ...[18, 17, 16, 15, 14].map((v) => `/usr/lib/postgresql/${v}/bin`),
  ...['/usr/local/bin', '/opt/homebrew/bin'],
];

/** The server's program, if there is one on this machine. */
export const postgresProgram = (): string | undefined =>
  findProgram(['postgres'], FOLDERS);

const adminOf = (
  { folder, port }: ServerHome,
  database: string,
): ClientConfig => ({
  host: folder,
  port,
  user: 'admin',
  database,
});

const KIND: ServerKind<ClientConfig> = {
  name: 'postgres',
  user: 'postgres',
  prepare: async (home) => {
    const initdb = findProgram(['initdb'], FOLDERS);
    if (!initdb) throw new Error('initdb is missing');
    const data = join(home.folder, 'data');
    await runAs(home, [
      ...[initdb, '--pgdata', data, '--username', 'admin', '--no-sync'],
      ...['--encoding', 'UTF8', '--locale', 'C', '--auth-local', 'trust'],
    ]);
    await writeFile(
      join(data, 'pg_hba.conf'),
      'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
    );
  },
  command: (home) => [
    postgresProgram() ?? '',
    ...['-D', join(home.folder, 'data'), '-p', String(home.port)],
    ...['-h', '127.0.0.1', '-k', home.folder],
    // What is written is thrown away: no need to wait for the disk.
    ...['-c', 'fsync=off', '-c', 'full_page_writes=off'],
  ],
  connect: async (home) => {
    const admin = adminOf(home, 'postgres');
    const client = new Client(admin);
    await client.connect();
    try {
      const made = await client.query(
        "SELECT 1 FROM pg_database WHERE datname = 'tests'",
      );
      if (made.rowCount === 0) await client.query('CREATE DATABASE tests');
    } finally {
      await client.end();
    }
    return { ...admin, database: 'tests' };
  },
};

/** Starts a PostgreSQL that nobody else knows of. */
export const startPostgres = async (): Promise<PostgresServer> => {
  if (!postgresProgram()) throw new Error('there is no postgres here');
  const server = await startServer(KIND);
  return {
    ...server,
    query: async (sql, values = []) => {
      const client = new Client(server.at);
      await client.connect();
      try {
        return (await client.query(sql, [...values])).rows as never;
      } finally {
        await client.end();
      }
    },
  };
};
