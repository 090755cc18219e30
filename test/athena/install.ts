import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildFolder } from '../../platform/local/buildFolder.ts';
import { aptInstall, exec, isMissing } from './exec.ts';
import { ensureJava } from './java.ts';

const VERSION = '476';
const NAME = `trino-server-${VERSION}`;
const GET = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get';
// The launcher in bin/ is left out: server.ts starts java itself.
const KEPT = ['lib', 'plugin/hive', 'NOTICE', 'README.txt'];

/** Where a Trino is installed and the `java` program to run it with. */
export type Installed = { home: string; java: string };

const download = async (repo: string): Promise<string> => {
  const args = [
    ...['-B', '-q', '-ntp', GET, '-Dtransitive=false'],
    `-Dartifact=io.trino:trino-server:${VERSION}:tar.gz`,
    `-Dmaven.repo.local=${repo}`,
  ];
  await exec('mvn', args).catch(async (error) => {
    if (!isMissing(error)) throw error;
    await aptInstall('maven');
    await exec('mvn', args);
  });
  return join(repo, 'io/trino/trino-server', VERSION, `${NAME}.tar.gz`);
};

const build = async (temp: string): Promise<string> => {
  const tarball = await download(join(temp, 'repo'));
  // All of it: a jar that several plugins share is a hard link to whichever
  // plugin comes first, so unpacking the kept folders alone leaves holes.
  await exec('tar', ['-xzf', tarball, '--no-same-owner', '-C', temp]);
  const home = join(temp, 'home');
  await mkdir(join(home, 'plugin'), { recursive: true });
  for (const path of KEPT) {
    await rename(join(temp, NAME, path), join(home, path));
  }
  return home;
};

/**
 * Installs Trino 476 (server and Hive connector only) and finds a Java 25.
 *
 * Does nothing when `cacheDir` has both already. An interrupted call leaves
 * nothing that a later one would take for an installation. The first call
 * fetches 820 MB from Maven Central and needs 1.8 GB of disk meanwhile;
 * 450 MB stay.
 *
 * Throws when `mvn` is missing and cannot be installed, or a download fails.
 */
export async function ensureTrino(cacheDir: string): Promise<Installed> {
  const cache = resolve(cacheDir);
  const java = await ensureJava(cache);
  const home = join(cache, `trino-${VERSION}`);
  if (!existsSync(home)) await buildFolder(cache, `trino-${VERSION}`, build);
  return { home, java };
}
