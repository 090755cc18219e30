import { readdir } from 'node:fs/promises';
import { openPublished } from '../../cli/commands/sql.ts';
import { readJournal } from '../../functions/shared/journal.ts';
import { type Ledger, readLedger } from '../../functions/shared/ledger.ts';
import type { Platform } from '../../platform/ports.ts';
import { platformOf } from './lakes.ts';

const nameOf = (key: string) =>
  key.slice(key.lastIndexOf('/') + 1, -'.json'.length);

/** All ledgers of a pipeline, oldest first. */
export const ledgersOf = async (
  platform: Platform,
  pipeline = 'shop',
): Promise<Ledger[]> => {
  const keys = await platform.store.list(`runs/${pipeline}/`);
  const ledgers = await Promise.all(
    keys.map((key) => readLedger(platform, pipeline, nameOf(key))),
  );
  return ledgers.filter((ledger) => ledger !== undefined);
};

const heldLocks = async ({ store }: Platform): Promise<string[]> => {
  const last = new Map<string, string>();
  for (const key of await store.list('locks/'))
    last.set(key.slice(0, key.lastIndexOf('/')), key);
  const held: string[] = [];
  for (const [name, key] of last) {
    const entry = JSON.parse((await store.read(key)) ?? '{}');
    if (entry.released !== true) held.push(`${name} is held by ${entry.run}`);
  }
  return held;
};

const openJournals = async (
  platform: Platform,
  pipeline: string,
): Promise<string[]> => {
  const keys = await platform.store.list(`publish/${pipeline}/`);
  const journals = await Promise.all(
    keys.map((key) => readJournal(platform, pipeline, nameOf(key))),
  );
  return journals
    .filter((journal) => journal?.state === 'prepared')
    .map((journal) => `the journal of ${journal?.run} is open`);
};

const opsProblems = async (
  platform: Platform,
  lake: string,
  ledgers: readonly Ledger[],
): Promise<string[]> => {
  const reader = await openPublished(platform, lake);
  try {
    const sql = 'SELECT run_id, outcome FROM ops.runs ORDER BY ALL';
    const { rows } = await reader.query(sql);
    const found = JSON.stringify(rows);
    const wanted = JSON.stringify(
      ledgers.map(({ run, outcome }) => [run, outcome]),
    );
    return found === wanted ? [] : [`ops.runs: ${found}, ledgers: ${wanted}`];
  } finally {
    reader.close();
  }
};

const scratchOf = async (
  { scratch }: Platform,
  ledgers: readonly Ledger[],
): Promise<string[]> => {
  const names = await readdir(scratch).catch((): string[] => []);
  return ledgers
    .filter(({ run }) => names.includes(run))
    .map(({ run }) => `${run} is left in the scratch folder`);
};

const byRun = (a: Ledger, b: Ledger) => (a.run < b.run ? -1 : 1);

/** What no lake may show while nothing runs. */
export const problemsAtRest = async (
  lake: string,
  platform: Platform = platformOf(lake),
  pipelines: readonly string[] = ['shop'],
): Promise<string[]> => {
  const all = await Promise.all(
    pipelines.map((pipeline) => ledgersOf(platform, pipeline)),
  );
  const ledgers = all.flat().sort(byRun);
  const journals = await Promise.all(
    pipelines.map((pipeline) => openJournals(platform, pipeline)),
  );
  return [
    ...(await heldLocks(platform)),
    ...journals.flat(),
    ...ledgers
      .filter(({ outcome, endedAt }) => outcome === 'running' || !endedAt)
      .map(({ run }) => `the ledger of ${run} is open`),
    ...(await opsProblems(platform, lake, ledgers)),
    ...(await scratchOf(platform, ledgers)),
  ];
};
