import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../../../core/errors.ts';

const run = promisify(execFile);

/** What a program says of its version; empty where it does not start. */
const said = async (program: string, args: readonly string[]) => {
  try {
    const { stdout, stderr } = await run(program, [...args]);
    return `${stdout}${stderr}`;
  } catch {
    return '';
  }
};

/** The versions of Python that PySpark 3.5 and the job run with, best first. */
const PYTHONS = ['3.11', '3.10', '3.12'];

/**
 * Finds a Python for PySpark.
 * @throws SetupError where there is none.
 */
export const findPython = async (): Promise<string> => {
  const own = process.env.TRIBUTARY_PYTHON;
  const candidates = own
    ? [own]
    : [...PYTHONS.map((version) => `python${version}`), 'python3'];
  const seen: string[] = [];
  for (const candidate of candidates) {
    const [, version] =
      /Python (\d+\.\d+)/.exec(await said(candidate, ['--version'])) ?? [];
    if (version === undefined) continue;
    if (PYTHONS.includes(version)) return candidate;
    seen.push(`${candidate} is ${version}`);
  }
  throw new SetupError(
    `the engine Spark needs Python ${PYTHONS.join(', ')}` +
      `${seen.length > 0 ? ` (${seen.join(', ')})` : ', and none is here'}: ` +
      'install one, or set TRIBUTARY_PYTHON to its path; ' +
      '--engine duckdb needs none',
  );
};

/** The Java of Glue 5.1. */
export const JAVA = '17';
const JVMS = '/usr/lib/jvm';

/** @returns the version text of a `java` program, where it is a Java 17. */
export const javaVersion = async (
  java: string,
): Promise<string | undefined> => {
  const text = await said(java, ['-version']);
  return new RegExp(`version "${JAVA}[."]`).test(text) ? text : undefined;
};

/** Finds the `java` of a Java 17 of this machine, if there is one. */
export const findJava = async (): Promise<string | undefined> => {
  const { TRIBUTARY_JAVA_HOME: own, JAVA_HOME: home } = process.env;
  const homes = existsSync(JVMS) ? readdirSync(JVMS).sort() : [];
  const candidates = [
    ...[own, home].flatMap((h) => (h ? [join(h, 'bin', 'java')] : [])),
    'java',
    ...homes
      .filter((name) => name.includes(JAVA))
      .map((name) => join(JVMS, name, 'bin', 'java')),
  ];
  for (const java of candidates) if (await javaVersion(java)) return java;
  return undefined;
};
