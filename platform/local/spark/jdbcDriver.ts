import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../../../core/errors.ts';
import { buildFolder } from '../buildFolder.ts';

const run = promisify(execFile);
const NAME = 'mariadb-java-client';
const VERSION = '3.5.6';
const GET = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get';
/** A folder of the cache of its own for each version. */
const FOLDER = `${NAME}-${VERSION}`;

/**
 * MariaDB's driver for Java (LGPL 2.1), which speaks with MySQL as well and, other
 * than MySQL's own, can be told a server's authorities as text: the job's machines
 * share no file that could hold them.
 */
export const DRIVER = `${NAME}-${VERSION}.jar`;

/** The drivers that a session has. */
export const driversIn = (cache: string): string[] =>
  [join(cache, FOLDER, DRIVER)].filter(existsSync);

const fetchDriver = async (repository: string): Promise<string> => {
  const artifact = `org.mariadb.jdbc:${NAME}:${VERSION}`;
  await run('mvn', [
    ...['-B', '-q', '-ntp', GET, '-Dtransitive=false'],
    `-Dartifact=${artifact}`,
    `-Dmaven.repo.local=${repository}`,
  ]);
  return join(repository, 'org', 'mariadb', 'jdbc', NAME, VERSION);
};

/**
 * Has the driver in the cache, by Maven, once. @returns its path.
 * @throws SetupError in words for the reader where that is not possible.
 */
export const ensureDriver = async (cache: string): Promise<string> => {
  const file = join(cache, FOLDER, DRIVER);
  if (existsSync(file)) return file;
  await buildFolder(cache, FOLDER, fetchDriver).catch((cause: Error) => {
    throw new SetupError(
      "a job that reads MySQL needs MariaDB's driver for Java, and Maven could " +
        `not fetch it: put ${DRIVER} into ${join(cache, FOLDER)}`,
      {},
      { cause },
    );
  });
  return file;
};
