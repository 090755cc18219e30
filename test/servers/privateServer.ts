import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ROOT } from '../support/tsc.ts';

const SETPRIV = '/usr/bin/setpriv';
const CACHE = join(ROOT, '.cache', 'servers');
const START_MS = 60_000;
const STOP_MS = 15_000;

/** Who a server runs as; database servers refuse to be root. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** A folder for one server, gone when it has stopped. */
export interface ServerHome {
  readonly folder: string;
  readonly account: Account | undefined;
  readonly port: number;
}

/** What there is to know of one kind of server. */
export interface ServerKind<T> {
  readonly name: string;
  /** The account of the distribution's package. */
  readonly user: string;
  /** Fills the folder, before the first start. */
  readonly prepare: (home: ServerHome) => Promise<void>;
  /** Program and arguments. */
  readonly command: (home: ServerHome) => readonly string[];
  /** Asks the server something. @throws until it is up. */
  readonly connect: (home: ServerHome) => Promise<T>;
}

/** A server of one's own. */
export interface PrivateServer<T> {
  readonly at: T;
  readonly port: number;
  /** Ends it at once, as a crash does; what is committed stays. */
  kill(): Promise<void>;
  /** Starts it again after a kill, on the same port. */
  restart(): Promise<void>;
  /** Ends it and removes all that it wrote. */
  stop(): Promise<void>;
}

const accountOf = async (user: string): Promise<Account | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8');
  for (const name of [user, 'nobody']) {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(`neither ${user} nor nobody is in /etc/passwd`);
};

export const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string')
    throw new Error('no free port');
  return address.port;
};

/** Runs a program as the server's account. @throws with what it said. */
export const runAs = async (
  { folder, account }: ServerHome,
  [program = '', ...args]: readonly string[],
): Promise<void> => {
  await promisify(execFile)(program, args, {
    cwd: folder,
    ...account,
    env: { PATH: process.env.PATH ?? '', HOME: folder, LC_ALL: 'C' },
  });
};

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

/** Removes what a killed process left behind. */
const removeOrphans = async (folder: string) => {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = Number(/^[a-z]+-(\d+)-/.exec(name)?.[1]);
    if (pid && !isAlive(pid))
      await rm(join(folder, name), { recursive: true, force: true });
  }
};

/** A folder that the account can reach, below `.cache` where it can be. */
const makeHome = async (name: string, user: string): Promise<ServerHome> => {
  const account = await accountOf(user);
  const port = await freePort();
  for (const below of [CACHE, tmpdir()]) {
    await mkdir(below, { recursive: true });
    await removeOrphans(below);
    const folder = await mkdtemp(join(below, `${name}-${process.pid}-`));
    if (account) await chown(folder, account.uid, account.gid);
    await chmod(folder, 0o700);
    const home = { folder, account, port };
    // A socket's path has 107 bytes at most.
    const isShort = folder.length < 80;
    const reaches = await runAs(home, ['/bin/ls', folder]).then(
      () => true,
      () => false,
    );
    if (isShort && reaches) return home;
    await rm(folder, { recursive: true });
  }
  throw new Error(`the account ${user} can reach no folder`);
};

const launch = (home: ServerHome, command: readonly string[]): ChildProcess => {
  // setpriv has the kernel kill the server however its parent ends.
  const { account, folder } = home;
  const guard = existsSync(SETPRIV)
    ? [
        ...[SETPRIV, '--pdeathsig', 'KILL'],
        ...(account
          ? [
              `--reuid=${account.uid}`,
              `--regid=${account.gid}`,
              '--clear-groups',
            ]
          : []),
      ]
    : [];
  const [program = '', ...args] = [...guard, ...command];
  const log = openSync(join(folder, 'server.log'), 'a');
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH ?? '', HOME: folder, LC_ALL: 'C' },
    ...(guard.length === 0 && account),
  });
  closeSync(log);
  child.unref();
  return child;
};

const hasEnded = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null;

const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
  if (hasEnded(child) || child.pid === undefined) return;
  const closed = once(child, 'exit');
  child.ref();
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(timer);
};

const untilUp = async <T>(
  kind: ServerKind<T>,
  home: ServerHome,
  child: ChildProcess,
): Promise<T> => {
  const deadline = Date.now() + START_MS;
  let said: unknown;
  while (!hasEnded(child) && Date.now() < deadline) {
    try {
      return await kind.connect(home);
    } catch (error) {
      said = error;
      await sleep(50);
    }
  }
  await end(child, 'SIGKILL');
  const log = await readFile(join(home.folder, 'server.log'), 'utf8');
  throw new Error(
    `${kind.name} did not start: ${(said as Error)?.message}; its log ends:\n` +
      log.slice(-3000),
  );
};

/**
 * Starts a server with a data folder of its own, on a free port of 127.0.0.1,
 * under an account that is not root. It ends with this process.
 */
export const startServer = async <T>(
  kind: ServerKind<T>,
): Promise<PrivateServer<T>> => {
  const home = await makeHome(kind.name, kind.user);
  await kind.prepare(home);
  let child = launch(home, kind.command(home));
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const at = await untilUp(kind, home, child);
  return {
    at,
    port: home.port,
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      child = launch(home, kind.command(home));
      await untilUp(kind, home, child);
    },
    stop: async () => {
      process.off('exit', killNow);
      await end(child, 'SIGTERM');
      await rm(home.folder, { recursive: true, force: true });
    },
  };
};
