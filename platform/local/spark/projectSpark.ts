import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { driversIn, ensureDriver } from './jdbcDriver.ts';
import { type SparkHome, setUpSpark } from './setUp.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const JOBS = join(ROOT, 'glue-jobs');
const CACHE = join(ROOT, '.cache');

/** The program that runs jobs in one session. */
export const HOST = join(JOBS, 'local_host.py');

/** The driver of databases for jobs that read one themselves: its path. */
export const projectDriver = (): Promise<string> => ensureDriver(CACHE);

/** The drivers that are there. */
export const projectDrivers = (): string[] => driversIn(CACHE);

/** Spark as this project's jobs need it, kept in its `.cache`. */
export const projectSpark = (say: (text: string) => void): Promise<SparkHome> =>
  setUpSpark({
    cache: CACHE,
    requirements: join(JOBS, 'requirements.txt'),
    host: HOST,
    say,
  });
