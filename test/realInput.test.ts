import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../cli/localMachine.ts';
import { readLedger } from '../functions/shared/ledger.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import { PIPELINES } from './support/testLake.ts';

/** The public data in full lie beside the project, where somebody has them. */
const DATA = join(import.meta.dirname, '..', '..', 'shared', 'data');

/** Counted by a program of its own, from the files and the rules. */
const EXPECTED = {
  arrivals: {
    immigration: '3096313 2994236 101809 0 268',
    ports: '660 660 0 0 0',
    countries: '289 289 0 0 0',
    modes: '4 4 0 0 0',
    states: '55 55 0 0 0',
    visas: '3 3 0 0 0',
    demographics: '2891 2891 0 0 0',
    airports: '22927 22927 0 0 0',
    temperatures: '40459 40459 0 0 0',
    fact_arrivals: 2994236,
    dim_tourist: 2994236,
    dim_state_destination: 456,
    dim_airport: 181,
    dim_arrive_date: 30,
  },
  banks: {
    ranking: '892 892 0 0 0',
    tariffs: '2407 1923 0 484 0',
    segments: '1474 1474 0 0 0',
    dim_bank: 177,
    dim_quarter: 8,
    dim_category: 8,
    dim_service: 82,
    fact_complaints: 892,
    fact_tariffs: 1923,
    bank_scorecard: 177,
  },
  crime: {
    reported: '19746 19696 0 49 1',
    crime_reported: 19696,
    unsolved_by_type: 26,
    unsolved_by_month: 580,
  },
  loans: { loan: '500 500 0 0 0', loans: 500, loans_by_category: 16 },
  songs: {
    song_data: '1944 1944 0 0 0',
    log_data: '8056 6820 1236 0 0',
    songs: 1943,
    artists: 1809,
    users: 96,
    time: 6813,
    songplays: 6820,
  },
};

/** Without the data there is nothing to register but the shape of the table. */
const found = Object.entries(EXPECTED).filter(([name]) =>
  existsSync(join(DATA, name)),
);

test('what is expected names every source and table of every pipeline', async () => {
  const { definitions } = localPlatform({ lake: '.', pipelines: PIPELINES });
  const declared: Record<string, string[]> = {};
  for (const name of await definitions.names()) {
    const { sources, tables } = await definitions.plan(name);
    declared[name] = [...sources, ...tables].map((r) => r.name).sort();
  }
  const expected = Object.entries(EXPECTED).map(([name, counts]) => [
    name,
    Object.keys(counts).sort(),
  ]);
  expect(declared).toMatchObject(Object.fromEntries(expected));
});

for (const [pipeline, counts] of found)
  test(`${pipeline}: the real input adds up`, async () => {
    const lake = await mkdtemp(join(tmpdir(), 'tributary-real-'));
    try {
      const platform = localPlatform({ lake, pipelines: PIPELINES });
      const { run, error } = await execute(platform, {
        pipeline,
        date: null,
        options: { replay: DATA },
      });
      expect(error).toBeUndefined();
      const ledger = await readLedger(platform, pipeline, run);
      const sources = ledger?.sources.map((s) => [
        s.source,
        [s.landed, s.used, s.dropped, s.duplicates, s.quarantined].join(' '),
      ]);
      const tables = ledger?.tables.map(({ table, rows }) => [table, rows]);
      expect(
        Object.fromEntries([...(sources ?? []), ...(tables ?? [])]),
      ).toEqual(counts);
    } finally {
      await rm(lake, { recursive: true, force: true });
    }
  }, 300_000);
