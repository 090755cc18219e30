import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../../../core/errors.ts';
import { buildFolder } from '../buildFolder.ts';

const run = promisify(execFile);
const NAME = 'mysql-connector-j';
const VERSION = '8.4.0';
const GET = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get';

/** The drivers that a session has: jars in a folder of the cache. */
export const driversIn = (cache: string): string[] => {
  const folder = join(cache, 'jdbc');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .map((name) => join(folder, name));
};

const fetchDriver = async (repository: string): Promise<string> => {
  const artifact = `com.mysql:${NAME}:${VERSION}`;
  await run('mvn', [
    ...['-B', '-q', '-ntp', GET, '-Dtransitive=false'],
    `-Dartifact=${artifact}`,
    `-Dmaven.repo.local=${repository}`,
  ]);
  return join(repository, 'com', 'mysql', NAME, VERSION);
};

/**
 * Has MySQL's driver for Java in the cache, by Maven, once.
 * @throws SetupError in words for the reader where that is not possible.
 */
export const ensureDriver = async (cache: string): Promise<void> => {
  if (driversIn(cache).length > 0) return;
  await buildFolder(cache, 'jdbc', fetchDriver).catch((cause: Error) => {
    throw new SetupError(
      "a job that reads MySQL needs MySQL's driver for Java, and Maven could " +
        `not fetch it: put ${NAME}-${VERSION}.jar into ${join(cache, 'jdbc')}`,
      {},
      { cause },
    );
  });
};
