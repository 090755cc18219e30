import pLimit from 'p-limit';
import type { Platform } from '../../platform/ports.ts';
import { type Ledger, readLedger } from './ledger.ts';

const AT_ONCE = 32;

const partsOf = (key: string): readonly [string, string] => {
  const [pipeline = '', run = ''] = key
    .slice(0, -'.json'.length)
    .split('/')
    .slice(-2);
  return [pipeline, run];
};

/** The runs that have a ledger, oldest first; without any ledger being read. */
export const listRuns = async (
  { store }: Pick<Platform, 'store'>,
  pipeline?: string,
): Promise<{ readonly pipeline: string; readonly run: string }[]> => {
  const prefix = pipeline === undefined ? 'runs/' : `runs/${pipeline}/`;
  const found = (await store.list(prefix)).map(partsOf);
  return found
    .map(([name, run]) => ({ pipeline: name, run }))
    .sort((a, b) => (a.run < b.run ? -1 : 1));
};

/** Reads the last ledgers, of one pipeline or of all, oldest first. */
export const readLedgers = async (
  platform: Pick<Platform, 'store'>,
  pipeline?: string,
  last = Number.POSITIVE_INFINITY,
): Promise<Ledger[]> => {
  const runs = await listRuns(platform, pipeline);
  const limit = pLimit(AT_ONCE);
  const ledgers = await Promise.all(
    runs
      .slice(Math.max(runs.length - last, 0))
      .map((at) => limit(() => readLedger(platform, at.pipeline, at.run))),
  );
  return ledgers.filter((ledger) => ledger !== undefined);
};
