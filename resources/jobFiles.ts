import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const JOBS = join(ROOT, 'glue-jobs');

/** A file of the job: its path on the job's machine, and its text. */
export interface JobFile {
  readonly path: string;
  readonly body: Buffer;
}

/** The modules of the job, and the schemas that it checks its input against. */
export const jobModules = (): JobFile[] => {
  const modules = globSync('etl/**/*.py', { cwd: JOBS }).map((path) => ({
    path: path.replaceAll('\\', '/'),
    body: readFileSync(join(JOBS, path)),
  }));
  const schemas = ['plan.schema.json', 'job.schema.json'].map((name) => ({
    path: `etl/${name}`,
    body: readFileSync(join(ROOT, 'core', name)),
  }));
  return [...modules, ...schemas].sort((a, b) => (a.path < b.path ? -1 : 1));
};

export const jobScript = (): Buffer =>
  readFileSync(join(JOBS, 'job_template.py'));

/** The pure Python packages that the job brings along, as pip names them. */
export const jobPackages = (): string[] =>
  readFileSync(join(JOBS, 'requirements.txt'), 'utf8')
    .split('\n')
    .filter((line) => /^[a-z]/.test(line) && !line.startsWith('pyspark'));

/**
 * Where a deploy puts the job in its bucket. Another text is another place, so
 * that a run that goes on keeps the job that it was started with.
 */
export const jobKey = (stage: string): string => {
  const hash = createHash('sha256');
  hash.update(jobPackages().join('\n'));
  hash.update(jobScript());
  for (const { path, body } of jobModules()) hash.update(path).update(body);
  return `serverless/tributary/${stage}/glue/${hash.digest('hex').slice(0, 16)}`;
};
