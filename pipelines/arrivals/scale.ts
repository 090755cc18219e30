import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  type RecordedFile,
  recordingDate,
  type ScaleOptions,
} from '../recording.ts';

const SAMPLE = join(import.meta.dirname, 'sample');
const ROWS_A_FILE = 500_000;
/** One record of so many repeats the id of the one before. */
const REPEATED_EVERY = 1000;

/**
 * One record of the sample gives whence and when somebody came, another one who
 * it was, a third one where to. Each choice follows from seed and number, so
 * that a file does not depend on those before it.
 */
const recordsSql = `
WITH chosen AS (
  SELECT i,
    hash(i, $seed, 'travel') % $known AS travel,
    hash(i, $seed, 'person') % $known AS person,
    hash(i, $seed, 'place') % $known AS place
  FROM range($first::BIGINT, $last::BIGINT) AS r(i)
)
SELECT t.* EXCLUDE (n) REPLACE (
  CAST(CASE WHEN i % ${REPEATED_EVERY} = 1 THEN i - 1 ELSE i END AS DOUBLE)
    AS cicid,
  p.i94bir AS i94bir, p.biryear AS biryear, p.gender AS gender,
  p.i94visa AS i94visa, p.visatype AS visatype, p.i94cit AS i94cit,
  p.i94res AS i94res, l.i94port AS i94port, l.i94addr AS i94addr)
FROM chosen
JOIN known t ON t.n = travel
JOIN known p ON p.n = person
JOIN known l ON l.n = place
ORDER BY i`;

const prepare = async (db: DuckDBConnection): Promise<number> => {
  await db.run("SET memory_limit = '1GB'");
  await db.run(
    `CREATE TABLE known AS
     SELECT row_number() OVER (ORDER BY filename, file_row_number) - 1 AS n,
       * EXCLUDE (filename, file_row_number)
     FROM read_parquet($1, filename = true, file_row_number = true)`,
    [join(SAMPLE, 'sas_data', '*.parquet')],
  );
  const reader = await db.runAndReadAll('SELECT count(*) FROM known');
  return Number(reader.getRows()[0]?.[0]);
};

/** The lists, which are of one size, and then the month's records in files. */
export async function* scale({
  seed,
  rows,
}: ScaleOptions): AsyncGenerator<RecordedFile> {
  for (const path of [
    'I94_SAS_Labels_Descriptions.SAS',
    'us-cities-demographics.csv',
    'us-airports.csv',
    'GlobalLandTemperaturesByState.csv',
  ])
    yield { path, bytes: readFileSync(join(SAMPLE, path)) };
  const scratch = await mkdtemp(join(tmpdir(), 'tributary-generate-'));
  const instance = await DuckDBInstance.create();
  const db = await instance.connect();
  try {
    const known = await prepare(db);
    const file = join(scratch, 'records.parquet');
    const to = `'${file.replaceAll("'", "''")}' (FORMAT parquet)`;
    for (let part = 0; part * ROWS_A_FILE < rows; part++) {
      const first = part * ROWS_A_FILE;
      const last = Math.min(rows, first + ROWS_A_FILE);
      await db.run(`COPY (${recordsSql}) TO ${to}`, {
        ...{ first, last, known, seed },
      });
      const name = `part-${`${part}`.padStart(5, '0')}.parquet`;
      yield { path: `sas_data/${name}`, bytes: readFileSync(file) };
    }
  } finally {
    db.closeSync();
    instance.closeSync();
    await rm(scratch, { recursive: true });
  }
  yield recordingDate('2016-04-30');
}
