import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Installed } from './install.ts';
import { query } from './query.ts';

/** A running server. `stop` gives back once its process has ended. */
export type Trino = { url: string; stop(): Promise<void> };

/** `dataDir` takes etc/, metastore/ and trino.log; a second run reuses it. */
export type TrinoOptions = Installed & {
  dataDir: string;
  /** More arguments for java. */
  jvm?: readonly string[];
  /** How long the start may take, in milliseconds. */
  timeoutMs?: number;
  /** How long its end may take before it is killed, in milliseconds. */
  stopMs?: number;
};

const SETPRIV = '/usr/bin/setpriv';

/** File of the optional start-up cache that warm.ts makes. */
export const aotFile = (home: string): string => `${home}.aot`;

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') {
    throw new Error('No free port');
  }
  return address.port;
};

const lines = (values: Record<string, string | number | boolean>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

const writeEtc = async (dir: string, home: string, port: number) => {
  await mkdir(join(dir, 'etc/catalog'), { recursive: true });
  await mkdir(join(dir, 'metastore'), { recursive: true });
  const config = lines({
    'node.environment': 'test',
    'node.bind-ip': '127.0.0.1',
    'node.internal-address': '127.0.0.1',
    coordinator: true,
    'node-scheduler.include-coordinator': true,
    'http-server.http.port': port,
    'discovery.uri': `http://127.0.0.1:${port}`,
    'catalog.management': 'static',
    'plugin.dir': join(home, 'plugin'),
    'web-ui.enabled': false,
  });
  const hive = lines({
    'connector.name': 'hive',
    'hive.metastore': 'file',
    'hive.metastore.catalog.dir': `local://${dir}/metastore`,
    'fs.native-local.enabled': true,
    'local.location': '/',
    'hive.non-managed-table-writes-enabled': true,
    'hive.allow-register-partition-procedure': true,
    // Athena reads a location's subfolders too.
    'hive.recursive-directories': true,
  });
  await writeFile(join(dir, 'etc/config.properties'), config);
  await writeFile(join(dir, 'etc/log.properties'), 'io.trino=INFO\n');
  await writeFile(join(dir, 'etc/catalog/hive.properties'), hive);
};

const javaArgs = (dir: string, home: string, jvm: readonly string[]) => [
  '-Xmx2500m',
  // Only the quick compiler: half the start-up's work is compiling.
  '-XX:TieredStopAtLevel=1',
  ...(existsSync(aotFile(home)) ? [`-XX:AOTCache=${aotFile(home)}`] : []),
  '-XX:+EnableDynamicAgentLoading',
  '--enable-native-access=ALL-UNNAMED',
  '--sun-misc-unsafe-memory-access=allow',
  '-Djdk.attach.allowAttachSelf=true',
  '-Dfile.encoding=UTF-8',
  '-Duser.timezone=UTC',
  `-Dconfig=${dir}/etc/config.properties`,
  `-Dlog.levels-file=${dir}/etc/log.properties`,
  ...jvm,
  ...['-cp', join(home, 'lib/*'), 'io.trino.server.TrinoServer'],
];

const launch = (dir: string, java: string, args: string[]): ChildProcess => {
  // setpriv has the kernel kill the server however its parent ends.
  const guard = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL'] : [];
  const [command = java, ...rest] = [...guard, java, ...args];
  const log = openSync(join(dir, 'trino.log'), 'w');
  const child = spawn(command, rest, {
    cwd: dir,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
};

const isUp = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/v1/info`);
    const info = (await response.json()) as { starting?: boolean };
    if (info.starting !== false) return false;
    return (await query(url, 'SELECT 1')).rows.length === 1;
  } catch {
    return false;
  }
};

const ended = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/**
 * Starts a single-node Trino with catalog `hive` over a file metastore in
 * `dataDir` and gives its URL once it answers queries. It listens on a free
 * port of 127.0.0.1 only, reads any local file, and ends with this process.
 *
 * Throws an Error with the end of its log when it does not start in time.
 */
export async function startTrino(options: TrinoOptions): Promise<Trino> {
  const {
    home,
    java,
    jvm = [],
    timeoutMs = 240_000,
    stopMs = 15_000,
  } = options;
  const dir = resolve(options.dataDir);
  const port = await freePort();
  await writeEtc(dir, home, port);
  const child = launch(dir, java, javaArgs(dir, home, jvm));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const closed = once(child, 'exit').catch(() => undefined);
  child.unref();

  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (ended(child) || child.pid === undefined) return;
    child.ref();
    child.kill('SIGTERM');
    const timer = setTimeout(kill, stopMs);
    await closed;
    clearTimeout(timer);
  };

  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + timeoutMs;
  while (!(await isUp(url))) {
    const gone = ended(child) || child.pid === undefined;
    if (gone || Date.now() > deadline) {
      await stop();
      const log = await readFile(join(dir, 'trino.log'), 'utf8');
      const why = gone ? 'ended while starting' : 'did not start in time';
      throw new Error(`Trino ${why}; its log ends:\n${log.slice(-4000)}`);
    }
    await sleep(100);
  }
  return { url, stop };
}
