import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd'];

/** Where the server's program is, if the machine has one. */
export const mariadbd = (): string | undefined => PROGRAM.find(existsSync);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A server of one's own, with an empty database `crime`. */
export interface Mariadb {
  readonly port: number;
  readonly folder: string;
  /** Runs statements as the administrator, by the server's own client. */
  sql(statements: string, options?: readonly string[]): Promise<string>;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const isRoot = () => process.getuid?.() === 0;

/**
 * Starts MariaDB on a free port of loopback, with a data folder of its own.
 * @param options more options of the server.
 */
export const startMariadb = async (
  options: (
    folder: string,
  ) => readonly string[] | Promise<readonly string[]> = () => [],
): Promise<Mariadb> => {
  const program = mariadbd() ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'tributary-mariadb-'));
  await chmod(folder, 0o777);
  const data = join(folder, 'data');
  const socket = join(folder, 's');
  // The server refuses to be run by root.
  const user = isRoot() ? ['--user=mysql'] : [];
  await run('mariadb-install-db', [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    ...user,
  ]);
  const more = await options(folder);
  const port = await freePort();
  let server: ChildProcess | undefined;
  const sql = async (statements: string, extra: readonly string[] = []) => {
    const child = run('mariadb', [
      '--no-defaults',
      '-uroot',
      `--socket=${socket}`,
      ...extra,
    ]);
    // A server that is not up yet hangs up before it has read.
    child.child.stdin?.on('error', () => {});
    child.child.stdin?.end(statements);
    return (await child).stdout;
  };
  const ended = (child: ChildProcess) =>
    new Promise((resolve) => child.once('exit', resolve));
  const mariadb: Mariadb = {
    port,
    folder,
    sql,
    start: async () => {
      server = spawn(
        program,
        [
          '--no-defaults',
          `--datadir=${data}`,
          `--socket=${socket}`,
          `--port=${port}`,
          '--bind-address=127.0.0.1',
          '--local-infile=1',
          '--innodb-buffer-pool-size=256M',
          '--innodb-flush-log-at-trx-commit=2',
          ...more,
          ...user,
        ],
        { stdio: 'ignore' },
      );
      for (let i = 0; i < 300; i++) {
        if (server.exitCode !== null) throw new Error('MariaDB did not start');
        const isUp = await sql('SELECT 1').then(
          () => true,
          () => false,
        );
        if (isUp) return;
        await wait(100);
      }
      throw new Error('MariaDB does not answer');
    },
    kill: async () => {
      if (!server || server.exitCode !== null) return;
      const end = ended(server);
      server.kill('SIGKILL');
      await end;
    },
    stop: async () => {
      await mariadb.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await mariadb.start();
  await sql('CREATE DATABASE crime CHARACTER SET utf8mb4');
  return mariadb;
};
