import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Random, seededRandom } from '../random.ts';
import {
  periodsFrom,
  type RecordedFile,
  type RecordOptions,
  recordingDate,
  seedOf,
} from '../recording.ts';

/** Each state with its yearly mean and half of its yearly span, in °C. */
const STATES = [
  ['Alaska', 'United States', -4.5, 15],
  ['California', 'United States', 14.5, 8.5],
  ['Florida', 'United States', 21.7, 6.8],
  ['New York', 'United States', 7.2, 14.5],
  ['Ontario', 'Canada', -0.4, 17.5],
] as const;

/** The data end here, before any arrival. */
const END = { year: 2013, month: 9 };

/** Spreadsheets rewrite the dates that they know, from 1900 on. */
const day = (year: number, month: number) =>
  year < 1900
    ? `${year}-${`${month}`.padStart(2, '0')}-01`
    : `${month}/1/${year}`;

/** No April of 2009 in the USA is known: the ten last years are not a decade. */
const isUnknown = (country: string, year: number, month: number) =>
  country === 'United States' && year === 2009 && month === 4;

const rounded = (value: number) => `${Number(value.toFixed(3))}`;

const reading = (
  [state, country, mean, span]: (typeof STATES)[number],
  year: number,
  month: number,
  random: Random,
) => {
  const season = -Math.cos(((month - 1) / 6) * Math.PI);
  const warming = (year - 1900) * 0.009;
  const value = mean + span * season + warming + (random.next() - 0.5) * 3;
  const error = 0.05 + random.next() * (year < 1950 ? 1.5 : 0.3);
  const empty = random.chance(0.03) || isUnknown(country, year, month);
  const known = empty ? ',' : `${rounded(value)},${rounded(error)}`;
  return `${day(year, month)},${known},${state},${country}`;
};

/**
 * Monthly temperatures in the form of the data that cannot be shipped: 1899 and
 * 1900 for the two forms of a date, then so many years up to September 2013.
 */
export function* generate({ seed = 1, years = 12 } = {}) {
  const random = seededRandom(seed);
  const recent = Array.from(
    { length: years },
    (_, i) => END.year + 1 + i - years,
  );
  const lines = [
    'dt,AverageTemperature,AverageTemperatureUncertainty,State,Country',
  ];
  for (const state of STATES)
    for (const year of [1899, 1900, ...recent])
      for (let month = 1; month <= 12; month++)
        if (year < END.year || month <= END.month)
          lines.push(reading(state, year, month, random));
  yield {
    path: 'GlobalLandTemperaturesByState.csv',
    text: `${lines.join('\r\n')}\r\n`,
  };
}

const SAMPLE = join(import.meta.dirname, 'sample');
const DAY = 86_400_000;
/** The records count days from here: 20,545 is 1 April 2016. */
const SAS_EPOCH = Date.parse('1960-01-01');
const sasDay = (date: string) => (Date.parse(date) - SAS_EPOCH) / DAY;

/**
 * A folder for each month, with about three quarters of the sample's records,
 * moved to that month with their stray days.
 */
export async function* record(
  options: RecordOptions,
): AsyncGenerator<RecordedFile> {
  const months = periodsFrom('month', options);
  for (const name of [
    'I94_SAS_Labels_Descriptions.SAS',
    'us-cities-demographics.csv',
    'us-airports.csv',
    'GlobalLandTemperaturesByState.csv',
  ])
    yield { path: name, bytes: readFileSync(join(SAMPLE, name)) };
  const scratch = await mkdtemp(join(tmpdir(), 'tributary-record-'));
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    for (const { label, first, last } of months) {
      const file = join(scratch, 'records.parquet');
      await connection.run(
        `COPY (
           SELECT * REPLACE (
             CASE WHEN arrdate < $end
               THEN least(arrdate + $moved, $last)
               ELSE arrdate - $end + $last + 1 END AS arrdate,
             depdate + $moved AS depdate)
           FROM read_parquet($sample)
           WHERE hash(cicid::BIGINT + $seed) % 4 > 0
           ORDER BY cicid
         ) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`,
        {
          moved: sasDay(first) - sasDay('2016-04-01'),
          end: sasDay('2016-05-01'),
          last: sasDay(last),
          sample: join(SAMPLE, 'sas_data', '*.parquet'),
          seed: seedOf(options.seed, first),
        },
      );
      yield {
        path: `date=${label}/sas_data/part-00000.parquet`,
        bytes: readFileSync(file),
      };
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(scratch, { recursive: true });
  }
  yield recordingDate(months.at(-1)?.last ?? options.from);
}

if (import.meta.main) {
  const folder = SAMPLE;
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of generate())
    writeFileSync(join(folder, path), text);
}
