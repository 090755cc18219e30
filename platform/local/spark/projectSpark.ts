import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SparkHome, setUpSpark } from './setUp.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const JOBS = join(ROOT, 'glue-jobs');

/** The program that runs jobs in one session. */
export const HOST = join(JOBS, 'local_host.py');

/** Spark as this project's jobs need it, kept in its `.cache`. */
export const projectSpark = (say: (text: string) => void): Promise<SparkHome> =>
  setUpSpark({
    cache: join(ROOT, '.cache'),
    requirements: join(JOBS, 'requirements.txt'),
    host: HOST,
    say,
  });
